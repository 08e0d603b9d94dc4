// The reference: echo on the gRPC C++ async API, one completion queue, one thread, with as many
// calls waiting as ours has. With a certificate and its key, over TLS. Prints its port and serves
// until its input ends.
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

#include "echo.grpc.pb.h"

namespace {

constexpr int kWaiting = 128;

class Call {
 public:
  Call(bench::Echo::AsyncService* service, grpc::ServerCompletionQueue* queue)
      : service_(service), queue_(queue), responder_(&context_) {
    service_->RequestSay(&context_, &request_, &responder_, queue_, queue_, this);
  }

  void Proceed() {
    if (answered_) {
      delete this;
      return;
    }
    new Call(service_, queue_);
    answered_ = true;
    reply_.set_text(request_.text());
    reply_.set_number(request_.number());
    responder_.Finish(reply_, grpc::Status::OK, this);
  }

 private:
  bench::Echo::AsyncService* service_;
  grpc::ServerCompletionQueue* queue_;
  grpc::ServerContext context_;
  bench::EchoRequest request_;
  bench::EchoReply reply_;
  grpc::ServerAsyncResponseWriter<bench::EchoReply> responder_;
  bool answered_ = false;
};

void Serve(grpc::ServerCompletionQueue* queue) {
  void* tag;
  bool ok;
  while (queue->Next(&tag, &ok)) {
    if (ok)
      static_cast<Call*>(tag)->Proceed();
    else
      delete static_cast<Call*>(tag);
  }
}

std::string Text(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::shared_ptr<grpc::ServerCredentials> Credentials(int argc, char** argv) {
  if (argc != 3) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({Text(argv[2]), Text(argv[1])});
  return grpc::SslServerCredentials(options);
}

}  // namespace

int main(int argc, char** argv) {
  bench::Echo::AsyncService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", Credentials(argc, argv), &port);
  builder.RegisterService(&service);
  std::unique_ptr<grpc::ServerCompletionQueue> queue = builder.AddCompletionQueue();
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server) return 1;
  for (int i = 0; i < kWaiting; i++) new Call(&service, queue.get());
  std::thread thread(Serve, queue.get());
  std::printf("%d\n", port);
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  server->Shutdown();
  queue->Shutdown();
  thread.join();
  return 0;
}
