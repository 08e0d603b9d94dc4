#include "tests/unit/twin/lab.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

static double curve(double t)
{
    return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

struct lab lab_of(uint32_t rgb, enum vision vision)
{
    /* sRGB to XYZ (D65), each row divided by the white point. */
    static const double xyz[3][3] = { { 0.4124564, 0.3575761, 0.1804375 },
                                      { 0.2126729, 0.7151522, 0.0721750 },
                                      { 0.0193339, 0.1191920, 0.9503041 } };
    static const double white[3] = { 0.95047, 1, 1.08883 };
    double in[3], seen[3], f[3];
    for (int i = 0; i < 3; i++)
        in[i] = vision_linear((double)((rgb >> (16 - 8 * i)) & 255) / 255);
    vision_see(vision, in, seen);
    for (int i = 0; i < 3; i++)
        f[i] = curve((xyz[i][0] * seen[0] + xyz[i][1] * seen[1] + xyz[i][2] * seen[2]) / white[i]);
    return (struct lab){ 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2]) };
}

double lab_chroma(struct lab c)
{
    return hypot(c.a, c.b);
}

static double hue(double b, double a)
{
    double h = b == 0 && a == 0 ? 0 : atan2(b, a) * 180 / pi;
    return h < 0 ? h + 360 : h;
}

static double cosine(double degrees)
{
    return cos(degrees * pi / 180);
}

/* Sharma, Wu and Dalal 2005. */
double lab_difference(struct lab p, struct lab q)
{
    double mean_c = (lab_chroma(p) + lab_chroma(q)) / 2, c7 = pow(mean_c, 7), k7 = pow(25, 7);
    double g = 0.5 * (1 - sqrt(c7 / (c7 + k7)));
    double a1 = (1 + g) * p.a, a2 = (1 + g) * q.a;
    double c1 = hypot(a1, p.b), c2 = hypot(a2, q.b), h1 = hue(p.b, a1), h2 = hue(q.b, a2);
    double dh = c1 * c2 == 0 ? 0 : h2 - h1;
    dh += dh > 180 ? -360 : dh < -180 ? 360 : 0;
    double big_h = 2 * sqrt(c1 * c2) * sin(dh / 2 * pi / 180);
    double mean_l = (p.l + q.l) / 2, mean = (c1 + c2) / 2, mean_h = h1 + h2;
    if (c1 * c2 != 0) {
        if (fabs(h1 - h2) > 180)
            mean_h += mean_h < 360 ? 360 : -360;
        mean_h /= 2;
    }
    double t = 1 - 0.17 * cosine(mean_h - 30) + 0.24 * cosine(2 * mean_h) +
               0.32 * cosine(3 * mean_h + 6) - 0.20 * cosine(4 * mean_h - 63);
    double l50 = (mean_l - 50) * (mean_l - 50);
    double sl = 1 + 0.015 * l50 / sqrt(20 + l50), sc = 1 + 0.045 * mean, sh = 1 + 0.015 * mean * t;
    double turn = 30 * exp(-((mean_h - 275) / 25) * ((mean_h - 275) / 25));
    double m7 = pow(mean, 7), rt = -2 * sqrt(m7 / (m7 + k7)) * sin(2 * turn * pi / 180);
    double l = (q.l - p.l) / sl, c = (c2 - c1) / sc, h = big_h / sh;
    return sqrt(l * l + c * c + h * h + rt * c * h);
}
