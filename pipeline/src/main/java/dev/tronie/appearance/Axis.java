package dev.tronie.appearance;

import dev.tronie.schema.AxisMemory;

/**
 * One axis of a Kalman filter with constant velocity and white-noise acceleration (Bar-Shalom, Li and Kirubarajan 2001, section
 * 6.2.2), as SORT and ByteTrack use it; the axes are independent, so that a state is five numbers. Pure.
 */
final class Axis {
    private Axis() {
    }

    /**
     * The first measurement.
     *
     * @param noise    its standard deviation
     * @param velocity standard deviation of the velocity, a second
     */
    static AxisMemory start(double position, double noise, double velocity) {
        return new AxisMemory(position, 0.0, noise * noise, 0.0, velocity * velocity);
    }

    /**
     * The state so much later.
     *
     * @param seconds  time passed
     * @param wobble   power of the acceleration's noise: variance of the velocity after one second
     */
    static AxisMemory later(AxisMemory a, double seconds, double wobble) {
        double t = seconds;
        return new AxisMemory(a.getPosition() + a.getVelocity() * t, a.getVelocity(),
                a.getPp() + 2 * t * a.getPv() + t * t * a.getVv() + wobble * t * t * t / 3, a.getPv() + t * a.getVv() + wobble * t * t / 2, a.getVv() + wobble * t);
    }

    /**
     * The state after a measurement.
     *
     * @param noise the measurement's standard deviation
     */
    static AxisMemory measured(AxisMemory a, double position, double noise) {
        double s = variance(a, noise);
        double gain = a.getPp() / s;
        double velocityGain = a.getPv() / s;
        double off = position - a.getPosition();
        return new AxisMemory(a.getPosition() + gain * off, a.getVelocity() + velocityGain * off, (1 - gain) * a.getPp(), (1 - gain) * a.getPv(),
                a.getVv() - velocityGain * a.getPv());
    }

    /** Variance of a measurement that is expected now. */
    static double variance(AxisMemory a, double noise) {
        return a.getPp() + noise * noise;
    }
}
