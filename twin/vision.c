#include "twin/vision.h"

#include <math.h>

double vision_linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : pow((channel + 0.055) / 1.055, 2.4);
}

static double encoded(double linear)
{
    return linear <= 0.0031308 ? linear * 12.92 : 1.055 * pow(linear, 1 / 2.4) - 0.055;
}

void vision_see(enum vision vision, const double in[3], double out[3])
{
    static const double sight[VISIONS][3][3] = {
        { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
        { { 0.152286, 1.052583, -0.204868 },
          { 0.114503, 0.786281, 0.099216 },
          { -0.003882, -0.048116, 1.051998 } },
        { { 0.367322, 0.860646, -0.227968 },
          { 0.280085, 0.672501, 0.047413 },
          { -0.011820, 0.042940, 0.968881 } },
        { { 1.255528, -0.076749, -0.178779 },
          { -0.078411, 0.930809, 0.147602 },
          { 0.004733, 0.691367, 0.303900 } },
    };
    for (int i = 0; i < 3; i++) {
        double seen = 0;
        for (int j = 0; j < 3; j++)
            seen += sight[vision][i][j] * in[j];
        out[i] = fmin(fmax(seen, 0), 1);
    }
}

colour vision_colour(enum vision vision, colour ink)
{
    double in[3], seen[3];
    colour out = ink & 0xff000000u;
    if (vision == NORMAL)
        return ink;
    for (int i = 0; i < 3; i++)
        in[i] = vision_linear((double)((ink >> (16 - 8 * i)) & 255) / 255);
    vision_see(vision, in, seen);
    for (int i = 0; i < 3; i++)
        out |= (colour)(encoded(seen[i]) * 255 + 0.5) << (16 - 8 * i);
    return out;
}

const char *vision_name(enum vision vision)
{
    static const char *const names[VISIONS] = { NULL, "protanopia", "deuteranopia", "tritanopia" };
    return names[vision];
}
