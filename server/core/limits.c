#include "server/core/limits.h"

struct limits limits_default(void)
{
    return (struct limits){
        .places = 4096,
        .openings = 8192,
        .gates = 256,
        .facilities = 1024,
        .links = 16384,
        .document_bytes = 8 << 20,
        .sources = 1024,
        .devices = 4096,
        .rules = 256,
        .alarms = 512,
        .keys = 4000000,
        .keys_each = 1000000,
        .events = 2048,
        .event_seats = 262144,
        .holds = 2097152,
        .holds_kept = 65536,
        .orders = 16777216,
        .tickets = 33554432,
        .passages = 1048576,
        .conflicts = 65536,
        .scanners = 4096,
        .media = 1048576,
        .ticket_types = 16384,
        .quotas = 16384,
        .vouchers = 262144,
        .joins = 262144,
        .bans = 65536,
        .waits = 262144,
        .answers = 1048576,
        .settlements = 65536,
        .facts_per_command = 1024,
    };
}
