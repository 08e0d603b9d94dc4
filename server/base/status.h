/*
 * What can go wrong, as one list. A status is what functions return to each other, and what a
 * caller of the API is told: its gRPC code, its reason (ErrorInfo.reason, domain "tifo") and a
 * sentence that says how to mend it.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

/* X(name, gRPC code, sentence). The reason is the name. New ones go at the end of their group. */
#define STATUS_LIST(X)                                                                             \
    X(OK, 0, "Fine.")                                                                              \
    /* The request. */                                                                             \
    X(BAD_FIELD, 3, "A field has a value that it may not have; the field says which values.")      \
    X(VENUE_TOO_LARGE, 3, "The venue has more rows than this server allows; see its limits.")      \
    X(VENUE_BROKEN, 3, "The venue does not hold together; mend the venue file and import again.")  \
    X(UNKNOWN_VENUE, 5, "There is no such venue; import it first, or check the venue_id.")         \
    X(UNKNOWN_GATE, 5, "The venue has no gate of this index; read the venue for its gates.")       \
    X(UNKNOWN_ALARM, 5,                                                                            \
      "No alarm of this number is open; read the crowd state for those that are.")                 \
    X(VENUE_EXISTS, 6, "Another venue was imported before; a data directory holds one venue.")     \
    X(TIME_IN_FUTURE, 3, "The readings lie too far in the future; set the sender's clock.")        \
    X(TIME_TOO_OLD, 3, "The readings lie too far in the past; set the sender's clock.")            \
    X(POSITION_OUTSIDE, 3, "The position lies in no place of the venue on that level.")            \
    X(NO_ANCHOR, 9, "The venue is local metres; only positions in its own plane can be placed.")   \
    /* Tickets. */                                                                                 \
    X(UNKNOWN_EVENT, 5, "There is no such event; list the events of the venue.")                   \
    X(UNKNOWN_HOLD, 5, "You have no such hold; it may belong to somebody else.")                   \
    X(UNKNOWN_ORDER, 5, "You have no such order; it may belong to somebody else.")                 \
    X(UNKNOWN_SEAT, 5, "The venue has no seat of this index; read the venue for its blocks.")      \
    X(EVENTS_FULL, 8, "The venue has as many events as this server keeps.")                        \
    X(HOLDS_FULL, 8, "As many seats are held at once as this server keeps; try again shortly.")    \
    X(ORDERS_FULL, 8, "The venue has as many orders as this server keeps.")                        \
    X(EVENT_STATE, 9, "The event is not in the state that this needs; see its state.")             \
    X(EVENT_CANCELLED, 9, "The event is cancelled; it never sells again.")                         \
    X(EVENT_OVER, 9, "The event has begun or is over; it cannot go on sale any more.")             \
    X(SEAT_TAKEN, 9, "A seat is not free; read the seat map and choose another.")                  \
    X(HOLD_ENDED, 9, "The hold has expired, been released or confirmed; hold the seats again.")    \
    X(HOLD_CHANGED, 10, "The hold has another version by now; read it and try again.")             \
    X(NOT_ORGANISER, 7, "Only the organiser of the event may do that, or an operator of tifod.")   \
    X(EVENT_CHANGED, 10, "It has another version by now; read it and try again.")                  \
    X(EVENT_SOLD, 9, "Some of it is held or sold; what was promised to somebody stays.")           \
    X(UNKNOWN_TICKET_TYPE, 5, "The event has no such type of ticket; read the event.")             \
    X(UNKNOWN_QUOTA, 5, "The event has no such quota; read the event.")                            \
    X(UNKNOWN_VOUCHER, 5, "The event has no such voucher; check the code.")                        \
    X(TICKET_TYPES_FULL, 8, "There are as many types of ticket as this server keeps.")             \
    X(QUOTAS_FULL, 8, "There are as many quotas as this server keeps.")                            \
    X(VOUCHERS_FULL, 8, "There are as many vouchers as this server keeps.")                        \
    X(VOUCHER_EXISTS, 6, "The event has a voucher of this code; choose another.")                  \
    X(QUOTA_BELOW_SOLD, 9, "More than that is held, sold or reserved; it cannot be taken back.")   \
    X(NOT_ON_SALE, 9, "This type of ticket is not on sale now; see its sale window.")              \
    X(SOLD_OUT, 9, "There is not so much left; take fewer, or try again when holds have ended.")   \
    X(SEATS_APART, 9, "So many seats are not to be had side by side; take fewer, or apart.")       \
    X(ORPHAN_SEAT, 9, "That would leave a single seat nobody buys; choose seats next to others.")  \
    X(ORDER_LIMIT, 9, "So many of a type cannot be had together; see its limits.")                 \
    X(PERSON_LIMIT, 9, "You have as many of this type as one person may have.")                    \
    X(VOUCHER_NEEDED, 9, "This type of ticket is only for who has a voucher.")                     \
    X(VOUCHER_NOT_VALID, 9, "The voucher is not valid now, or not for these types of ticket.")     \
    X(VOUCHER_USED_UP, 9, "The voucher has not so many uses left.")                                \
    X(EXTENSIONS_USED, 9, "The hold has been extended as often as possible; confirm it.")          \
    X(PAYMENT_DECLINED, 9, "The payment was declined; the seats are still held, try another.")     \
    X(UNKNOWN_TICKET, 5, "You have no such ticket; it may belong to somebody else by now.")        \
    X(UNKNOWN_LIST, 5, "The event has no check-in list of this number; list those it has.")        \
    X(LISTS_FULL, 8, "The event has as many check-in lists as it can; change one of them.")        \
    X(SCANNERS_FULL, 8, "As many scanners have sent scans as the server keeps.")                   \
    X(TICKET_STATE, 9, "The ticket is used or cancelled; it cannot change hands any more.")        \
    X(TICKET_BLOCKED, 9, "The ticket is blocked; ask the ticket office.")                          \
    X(TICKET_EXCHANGED, 9, "The ticket was exchanged for a medium; give that back first.")         \
    X(UNKNOWN_MEDIUM, 5, "No such medium stands for a ticket.")                                    \
    X(MEDIUM_IN_USE, 6, "The medium stands for another ticket; have it given back first.")         \
    X(MEDIUM_BLOCKED, 9, "The medium is blocked; unblock it, or take another.")                    \
    X(MEDIA_FULL, 8, "As many media were given out as the server keeps.")                          \
    X(TICKET_FIXED, 9, "Tickets of this event cannot be given to somebody else.")                  \
    X(TICKET_SEALED, 9, "The codes of this event are not given out yet; see sealed_until_ms.")     \
    X(NO_WALLET_CERT, 9, "Passes are signed; start tifod with --wallet-cert and --wallet-key.")    \
    X(TICKET_LISTED, 9, "The ticket is offered for resale; withdraw it first.")                    \
    X(RESALE_CLOSED, 9, "Tickets of this event cannot be resold.")                                 \
    X(PRICE_CAPPED, 9, "More than the event allows is asked for the ticket.")                      \
    X(NOT_LISTED, 9, "The ticket is not offered for resale, or not any more.")                     \
    X(LISTING_HELD, 9, "Somebody holds the ticket that is offered; try again shortly.")            \
    X(FOR_WAITERS, 9, "For now only who waits for the event may have it; see waiters_until_ms.")   \
    X(UNKNOWN_ALLOCATION, 5, "The event keeps no seats so; check the code or number.")             \
    X(ALLOCATIONS_FULL, 8, "The event keeps seats for as many as it can; change one of them.")     \
    X(ALLOCATION_EXISTS, 6, "Another allocation of the event has the code or a seat already.")     \
    X(SEAT_KEPT, 9, "A seat is kept for somebody; name their code, or choose another.")            \
    X(MEANS_LIMIT, 9, "So many of a type cannot be bought by one means of payment.")               \
    X(NO_REVERSE_CHARGE, 9, "The event does not say whose taxes it has; all buyers pay them.")     \
    X(UNKNOWN_PAYMENT, 5, "There is no such payment open; see ListPayments.")                      \
    X(SETTLES_TOO_MUCH, 9, "More is settled than the account has; see Ledger.GetBalance.")         \
    X(SETTLEMENT_EXISTS, 6, "The statement is recorded; void that settlement first.")              \
    X(UNKNOWN_SETTLEMENT, 5, "The event has no such settlement; see ListSettlements.")             \
    X(SETTLEMENTS_FULL, 8, "The venue has as many settlements as this server keeps.")              \
    X(UNKNOWN_QUESTION, 5, "The event does not ask that; see ListQuestions.")                      \
    X(QUESTIONS_FULL, 8, "The event asks as many questions as it can.")                            \
    X(ANSWER_NEEDED, 9, "A question of the event needs an answer first; see ListQuestions.")       \
    X(ADDON_ALONE, 9, "An add-on goes with a ticket of certain types; take one of those, too.")    \
    X(ADDON_NEEDED, 9, "A ticket of the hold needs an add-on that it has not; see the event's.")   \
    X(ADDON_BUNDLED, 9, "What came with a ticket stays with it; change or give back both.")        \
    X(NOT_WAITING, 9, "You neither wait nor have an offer.")                                       \
    X(ALREADY_WAITING, 6, "You wait already, or have an offer; see GetWait.")                      \
    X(WAITLIST_CLOSED, 9, "The event has no waitlist, or nobody else can wait.")                   \
    X(WAITLIST_NEEDLESS, 9, "There are so many left; hold them.")                                  \
    X(WAITLIST_FULL, 9, "As many wait as may.")                                                    \
    X(UNKNOWN_JOIN, 5, "There is no such join of this list; take next_page_token.")                \
    X(NOT_JOINED, 9, "They have not joined, or are gone already.")                                 \
    X(OWN_EVENT, 9, "You organise the event; it is for others to join.")                           \
    X(ALREADY_JOINED, 6, "You have joined already; see GetJoin.")                                  \
    X(JOINING_CLOSED, 9, "The event cannot be joined, or not any more.")                           \
    X(EVENT_FULL, 9, "The event is full, and so is its waitlist.")                                 \
    X(CAPACITY_BELOW_JOINED, 9, "More people have joined than that; let some of them go first.")   \
    X(BANNED, 7, "The organiser does not let you take part.")                                      \
    X(JOINS_FULL, 8, "As many people have joined events as this server keeps.")                    \
    X(BANS_FULL, 8, "As many people are banned as this server keeps.")                             \
    X(UNKNOWN_WAITROOM, 5, "The event has no waiting room; nobody has to wait.")                   \
    X(WAITROOM_SHUT, 9, "The waiting room does not take that now; see its mode, or wait.")         \
    X(WAITROOM_FULL, 8, "The waiting room has had as many entries as this server keeps.")          \
    X(PROOF_MISSING, 9, "The nonce proves too little work; see the room's proof_bits.")            \
    X(DEVICE_FULL, 9, "The device has entered as many people as one may.")                         \
    X(ADMISSION_REQUIRED, 9, "The event has a waiting room; enter it, and show its admission.")    \
    X(ADMISSION_EXPIRED, 9, "The admission is over; enter the waiting room again.")                \
    X(ORDER_CHANGED, 10, "The order has another version by now; read it and try again.")           \
    X(ORDER_STATE, 9, "The order is not in the state that this needs; see its state.")             \
    X(NOT_CANCELLABLE, 9, "The terms of the event do not allow it to be given back any more.")     \
    X(QUOTE_CHANGED, 9, "It does not come to what was quoted any more; ask for a new quote.")      \
    X(TICKET_USED, 9, "Somebody is in with the ticket; it can be neither changed nor given back.") \
    /* Time. */                                                                                    \
    X(CLOCK_BACKWARDS, 9, "Stadium time never goes back; ask for its time with GetClock.")         \
    X(CLOCK_NOT_DRIVEN, 9, "The clock runs by itself; start tifod with --clock driven.")           \
    /* Idempotency. */                                                                             \
    X(KEY_REUSED, 9, "The idempotency key was used for another request; take a new key.")          \
    X(KEYS_FULL, 8, "As many idempotency keys are kept as may be, for a day; use fewer.")          \
    /* Streams and history. */                                                                     \
    X(FILTERS_FULL, 8, "As many different filters are watched as may be; ask for one of them.")    \
    X(WATCHES_FULL, 8, "As many people follow what they wait for as may; ask with GetWait.")       \
    X(HISTORY_BUSY, 8, "As many ask about the past as may at once; try again shortly.")            \
    X(NOT_OPERATOR, 7, "Only an operator of tifod may ask that; see --operator.")                  \
    /* Load and life of the server. */                                                             \
    X(INBOX_FULL, 8, "The server has as much work waiting as it takes; try again shortly.")        \
    X(SOURCES_FULL, 8, "The venue has as many telemetry sources as allowed; share a gateway.")     \
    X(DEVICES_FULL, 8, "More devices report than the server keeps; let fewer report at once.")     \
    X(SERIES_FULL, 8, "Devices measure as many quantities as are kept; name fewer of them.")       \
    X(UNKNOWN_DEVICE, 5, "No such device is registered; list those that are.")                     \
    X(DEVICE_EXISTS, 6, "A device of this id is registered; update it, or choose another id.")     \
    X(DEVICE_STATE, 9, "Devices are behind this gateway; give them another one first.")            \
    X(REGISTRY_FULL, 8, "The venue has as many registered devices as this server keeps.")          \
    X(DEVICE_NOT_REGISTERED, 7, "Only registered devices are heard here; register it first.")      \
    X(DEVICE_KEY_WRONG, 16, "The device's secret is missing or wrong; see tifo-device-key.")       \
    X(UNKNOWN_RULE, 5, "There is no rule of this name; list them.")                                \
    X(RULES_FULL, 8, "The venue has as many rules as this server keeps; delete one.")              \
    X(UNKNOWN_LETTER, 5, "There is no such dead letter; list them.")                               \
    X(TELEMETRY_SHED, 8, "More readings come in than are taken; wait as RetryInfo says.")          \
    X(STARTING, 14, "The server is starting; try again shortly.")                                  \
    X(STOPPING, 14, "The server is stopping; try again when it is back.")                          \
    /* Planning. */                                                                                \
    X(PLAN_STALE, 10, "The plan answers a question that is no longer asked.")                      \
    X(PLAN_BROKEN, 13, "The planner's answer does not hold together.")                             \
    /* The journal. */                                                                             \
    X(JOURNAL_CANNOT_OPEN, 14, "The journal cannot be opened; check the data directory.")          \
    X(JOURNAL_LOCKED, 14, "Another server uses this data directory; stop it or choose another.")   \
    X(JOURNAL_FORMAT, 9, "The journal has another format version; use the tifod that wrote it.")   \
    X(JOURNAL_CORRUPT, 15, "The journal is damaged; restore it from a backup.")                    \
    X(JOURNAL_FULL, 8, "The disk is full; make room in the data directory and start again.")       \
    X(JOURNAL_FAILED, 14, "The journal cannot be written; check the disk and start again.")        \
    /* The records: projections of the journal. */                                                 \
    X(RECORDS_BEHIND, 14, "The records have not come so far yet; try again shortly.")              \
    X(RECORDS_UNAVAILABLE, 14, "The records cannot be used now; tifod tries again by itself.")     \
    X(RECORDS_FULL, 8, "The disk is full; make room in the data directory.")                       \
    X(RECORDS_FORMAT, 9, "The records are of another format; tifod makes them anew.")              \
    X(RECORDS_CORRUPT, 15, "The records are damaged; tifod makes them anew.")

enum status {
#define X(name, code, sentence) STATUS_##name,
    STATUS_LIST(X)
#undef X
        STATUS_COUNT
};

/* Strings are literals. `status` must be one of the list. */
int status_code(enum status status);             /* gRPC's number, such as 3 */
const char *status_reason(enum status status);   /* "BAD_FIELD" */
const char *status_sentence(enum status status); /* "A field has ..." */

#endif
