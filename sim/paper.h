/*
 * Colours on paper: the twin's third set. Grey is the ground, colour is density, black speaks.
 */
#ifndef SIM_PAPER_H
#define SIM_PAPER_H

#define PAPER_TEXT1 "#16191C"
#define PAPER_TEXT2 "#4A5158"
#define PAPER_TEXT3 "#6B727A"
#define PAPER_PANEL "#F4F5F6"
#define PAPER_LINE1 "#D5D9DD"
#define PAPER_LINE2 "#B4BAC0"
#define PAPER_WALL  "#9AA1A8"
#define PAPER_SEAT  "#E8EAEC"
#define PAPER_FLOOR "#F3F4F5"
#define PAPER_VOICE "#000000"
#define PAPER_FORCE "#9AA1A8"

/* Steps of the density scale, which is fixed: 0.1 people a m2 each, the last for 2.5 and more. */
enum { PAPER_DENSITIES = 26 };
/* The step of a density; 0: nothing is drawn. */
int paper_density_step(double density_p_m2);
/* "#C3C8CC" of a step. */
const char *paper_density_colour(int step, char out[8]);

/* Fruin's walkway levels: 'A' below 0.31 to 'F' from 2.17 people a m2. */
char paper_level(double density_p_m2);
/* Fruin's levels on stairs. */
char paper_stairs_level(double density_p_m2);
extern const double paper_stairs_level_from[6];
/* The six, for a legend: the density where each begins. */
extern const double paper_level_from[6];

#endif
