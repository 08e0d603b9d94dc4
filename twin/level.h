/*
 * Levels of service (Fruin 1971): three scales with the same letters. One table of colours serves
 * all of them: a density is coloured as the walkway density that has its letter, and as far within
 * it. What walks on a level floor needs no word; the others say theirs after the letter.
 */
#ifndef TWIN_LEVEL_H
#define TWIN_LEVEL_H

struct level_scale {
    const char *word; /* "", "stairs" or "queue". */
    float limits[5];  /* Where A to E end, p/m2. F is beyond the last. */
};
extern const struct level_scale walkway_scale, stairs_scale, queue_scale;

/* 'A' to 'F'. */
char level_letter(float density_pm2, const struct level_scale *scale);
/* The walkway density that it is coloured as. */
float level_shade(float density_pm2, const struct level_scale *scale);

#endif
