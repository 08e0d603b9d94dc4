/* Records that are forgotten when the place is dropped. For tests. */
#ifndef ADAPTERS_MEMORY_RECORDS_H
#define ADAPTERS_MEMORY_RECORDS_H

#include "server/ports/records.h"

/* What outlives a close, as a file would. Zeroed is empty. */
struct memory_records {
    struct memory_records_table *tables;
    uint32_t table_count;
    uint64_t applied_seq;
    uint32_t fail_commits; /* So many commits to come fail. */
};
struct records_place memory_records_place(struct memory_records *memory);
void memory_records_fini(struct memory_records *memory);

#endif
