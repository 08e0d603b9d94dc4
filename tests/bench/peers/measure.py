#!/usr/bin/env python3
"""PedPy's figures of a trajectory file: `measure.py FILE X0 Y0 X1 Y1 LINE_X` prints density (classic) and
speed (over two frames, the last of them the density's) in the rectangle, sampled once a second, and the flow
over the line x = LINE_X, as JSON."""
import json
import pathlib
import sys

import pedpy


def main() -> None:
    x0, y0, x1, y1, line_x = map(float, sys.argv[2:])
    run = pedpy.load_trajectory_from_jupedsim_sqlite(trajectory_file=pathlib.Path(sys.argv[1]))
    area = pedpy.MeasurementArea([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    a_second = round(run.frame_rate)
    density = pedpy.compute_classic_density(traj_data=run, measurement_area=area).reset_index()
    density = density[(density.frame % a_second == 0) & (density.frame > 0) & (density.density > 0)]
    speed = pedpy.compute_individual_speed(
        traj_data=run, frame_step=1, speed_calculation=pedpy.SpeedCalculation.BORDER_SINGLE_SIDED)
    rows = run.data.merge(speed, on=["id", "frame"])
    rows = rows[((rows.frame + 1) % a_second == 0) & (rows.frame > 0) & rows.x.between(x0, x1) &
                rows.y.between(y0, y1)]
    _, crossings = pedpy.compute_n_t(
        traj_data=run, measurement_line=pedpy.MeasurementLine([(line_x, 20.0), (line_x, 0.0)]))
    times_s = sorted(crossings.frame / run.frame_rate)
    print(json.dumps({"density_p_m2": density.density.mean(), "speed_mps": rows.speed.mean(),
                      "crossed": len(times_s),
                      "flow_pps": (len(times_s) - 1) / (times_s[-1] - times_s[0])}))


if __name__ == "__main__":
    main()
