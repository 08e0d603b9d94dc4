// The reference: fan-out on the gRPC C++ async API, streams over as many completion queues with a
// thread each as ours has. A stream that is still busy skips to the newest. Prints its port and serves
// until its input ends.
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "fanout.grpc.pb.h"

namespace {

constexpr int kWaiting = 128;

// What a completion queue's tag is.
class Call {
 public:
  virtual ~Call() = default;
  virtual void Proceed(bool ok) = 0;
};

class Stream;

struct Fanout {
  bench::Fanout::AsyncService service;
  std::mutex lock;
  std::set<Stream*> streams;
  bench::Update newest;
};

class Stream : public Call {
 public:
  Stream(Fanout* fanout, grpc::ServerCompletionQueue* queue)
      : fanout_(fanout), queue_(queue), writer_(&context_) {
    fanout_->service.RequestFollow(&context_, &request_, &writer_, queue_, queue_, this);
  }

  void Proceed(bool ok) override {
    std::unique_lock<std::mutex> guard(fanout_->lock);
    if (!ok) {
      fanout_->streams.erase(this);
      guard.unlock();
      delete this;
      return;
    }
    if (!is_taken_) {
      is_taken_ = true;
      new Stream(fanout_, queue_);
      fanout_->streams.insert(this);
    }
    is_busy_ = false;
    Send();
  }

  // With the lock held.
  void Send() {
    if (is_busy_ || sent_ == fanout_->newest.number()) return;
    is_busy_ = true;
    sent_ = fanout_->newest.number();
    writer_.Write(fanout_->newest, this);
  }

 private:
  Fanout* fanout_;
  grpc::ServerCompletionQueue* queue_;
  grpc::ServerContext context_;
  bench::FollowRequest request_;
  grpc::ServerAsyncWriter<bench::Update> writer_;
  bool is_taken_ = false, is_busy_ = false;
  uint64_t sent_ = 0;
};

class Publish : public Call {
 public:
  Publish(Fanout* fanout, grpc::ServerCompletionQueue* queue)
      : fanout_(fanout), queue_(queue), responder_(&context_) {
    fanout_->service.RequestPublish(&context_, &update_, &responder_, queue_, queue_, this);
  }

  void Proceed(bool ok) override {
    if (!ok || is_answered_) {
      delete this;
      return;
    }
    new Publish(fanout_, queue_);
    is_answered_ = true;
    {
      std::lock_guard<std::mutex> guard(fanout_->lock);
      fanout_->newest = update_;
      for (Stream* stream : fanout_->streams) stream->Send();
    }
    responder_.Finish(bench::Published(), grpc::Status::OK, this);
  }

 private:
  Fanout* fanout_;
  grpc::ServerCompletionQueue* queue_;
  grpc::ServerContext context_;
  bench::Update update_;
  grpc::ServerAsyncResponseWriter<bench::Published> responder_;
  bool is_answered_ = false;
};

void Serve(grpc::ServerCompletionQueue* queue) {
  void* tag;
  bool ok;
  while (queue->Next(&tag, &ok)) static_cast<Call*>(tag)->Proceed(ok);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  Fanout fanout;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&fanout.service);
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues;
  for (int i = 0; i < std::atoi(argv[1]); i++) queues.push_back(builder.AddCompletionQueue());
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server) return 1;
  std::vector<std::thread> threads;
  new Publish(&fanout, queues[0].get());
  for (auto& queue : queues) {
    for (int i = 0; i < kWaiting; i++) new Stream(&fanout, queue.get());
    threads.emplace_back(Serve, queue.get());
  }
  std::printf("%d\n", port);
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  server->Shutdown(std::chrono::system_clock::now());
  for (auto& queue : queues) queue->Shutdown();
  for (auto& thread : threads) thread.join();
  return 0;
}
