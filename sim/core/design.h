/* Design values: what a code lets a planner count on at doors and on stairs. A crowd with one lets
 * nobody through a door who would be more than that in any ten seconds, however many push. */
#ifndef SIM_CORE_DESIGN_H
#define SIM_CORE_DESIGN_H

struct design {
    const char *name;
    double level_pms;  /* people a metre of door and second, both directions together */
    double stairs_pms; /* the same at both ends of stairs */
    double boundary_m; /* of no use at each side of a door: the width that counts is narrower */
};

extern const struct design design_sfpe;        /* SFPE Handbook, 6th edition; stairs of 7/11 in */
extern const struct design design_green_guide; /* SGSA, Guide to Safety at Sports Grounds, 2018 */
extern const struct design design_imo;         /* MSC.1/Circ.1533; stairs as going up */

#endif
