#include "sim/core/ages.h"

double age_speed_mps(double years)
{
    static const double at_decade[] = { 1.62, 1.54, 1.48, 1.41, 1.27, 1.07 }; /* 20, 30 ... 70 */
    double decade = (years - 20) / 10;
    if (decade <= 0)
        return at_decade[0];
    if (decade >= 5)
        return at_decade[5];
    int i = (int)decade;
    return at_decade[i] + (decade - i) * (at_decade[i + 1] - at_decade[i]);
}
