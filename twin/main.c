/* tifo-twin: the digital twin, in a window or as pictures. */
#include "twin/headless.h"
#include "twin/window.h"

int main(int argc, char **argv)
{
    struct options options;
    switch (options_parse(&options, argc, argv)) {
    case OPTIONS_DONE:
        return 0;
    case OPTIONS_BAD:
        return 2;
    case OPTIONS_RUN:
        break;
    }
    return options.headless ? headless_run(&options) : window_run(&options);
}
