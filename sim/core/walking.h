/* How people walk: the numbers of the model, by name. Each says where it comes from; "judgement"
 * marks those that no source gives and that a later calibration will replace. */
#ifndef SIM_CORE_WALKING_H
#define SIM_CORE_WALKING_H

struct walking {
    const char *name;
    double speed_mean_mps; /* free speed, level */
    double speed_sd_mps;
    double speed_min_mps; /* draws are clipped to [min, max] */
    double speed_max_mps;
    double stairs_up_mps;   /* mean free speed on stairs, measured in plan; each person's own */
    double stairs_down_mps; /* speed is scaled by it / speed_mean_mps */
    double stairs_spread; /* 0..1: how far one's own differs there, of what it does on the level */
    double row_mps;       /* sideways between seats */
    double radius_mean_m; /* body */
    double radius_spread_m;  /* uniform, +- */
    double gap_m;            /* between two bodies at standstill, however broad they are */
    double creep_rest_m;     /* who is as near as this stands: by a door they close up all the same */
    double creep_headway_s;  /* the time gap of those who close up on that space */
    double headway_s;        /* time gap: speed = distance to the body ahead / headway */
    double stride_mps;       /* above this speed the gap is longer: strides ... */
    double stride_headway_s; /* ... want so much more room for each m/s */
    double hurry_share;    /* in single file, of what whoever is held up behind would walk faster */
    double anticipation_s; /* others are expected where they will be after this */
    double wall_headway_s; /* the same gap towards walls */
    double squeeze_after_s; /* waiting face to face this long, people turn sideways ... */
    double squeeze_share;   /* ... and need this share less room to pass each other */
};

/* U. Weidmann, Transporttechnik der Fussgaenger, IVT ETH Zurich 90 (1993). */
extern const struct walking walking_weidmann;
/* Laboratory bottlenecks: a denser and quicker crowd than Weidmann's. */
extern const struct walking walking_experiment;

#endif
