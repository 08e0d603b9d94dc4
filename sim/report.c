#include "sim/report.h"
int report_runs(const struct report_options *options)
{
    (void)options;
    return 1;
}
