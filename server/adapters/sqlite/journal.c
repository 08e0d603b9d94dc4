#include "server/adapters/sqlite/journal.h"
