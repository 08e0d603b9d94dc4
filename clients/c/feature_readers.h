/*
 * The readers of single features, and what they share. Each adds what it read to the draft, or
 * problems to the log.
 */
#ifndef CLIENTS_C_FEATURE_READERS_H
#define CLIENTS_C_FEATURE_READERS_H

#include "clients/c/json_fields.h"
#include "clients/c/venue_features.h"

#define ID_BYTES   32
#define NAME_BYTES 120

bool feature_read_zone(struct reader *reader, const struct feature *feature);
bool feature_read_block(struct reader *reader, const struct feature *feature);
bool feature_read_row(struct reader *reader, const struct feature *feature);
bool feature_read_opening(struct reader *reader, const struct feature *feature);
bool feature_read_gate(struct reader *reader, const struct feature *feature);
bool feature_read_facility(struct reader *reader, const struct feature *feature);
bool feature_read_pitch(struct reader *reader, const struct feature *feature);

struct fields feature_fields(const struct feature *feature);
/* A level number that tifo.levels has. */
bool feature_level(const struct reader *reader, const struct feature *feature, const char *field,
                   int32_t *out);
/* The optional `name`; *out is a new string. */
bool feature_name(const struct fields *fields, char **out);
/* Index of a named zone or block in `table`, one of the reader's; `what` names it in the problem. A
 * name that is defined but wrong was complained about there, so it fails silently here. */
bool feature_resolve(const struct reader *reader, const struct feature *feature, const char *field,
                     const json_t *table, const char *what, const char *id, uint32_t *out);
/* The same for a field that holds the id. */
bool feature_reference(const struct reader *reader, const struct feature *feature,
                       const char *field, const json_t *table, const char *what, uint32_t *out);

#endif
