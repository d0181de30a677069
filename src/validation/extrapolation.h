/// \file
/// The limit of a quantity as a spacing goes to zero, and the order at which it goes there.
#pragma once

#include <array>
#include <cmath>

namespace greenhalo {

/// c + a h^p + b h^q through three values.
struct Expansion {
    double limit = 0.0;       ///< c
    double leading = 0.0,     ///< a h^p at the smallest h
        next = 0.0;           ///< b h^q there
    /// What the limit misses of a term b^2/a h^(2q - p), with which the series goes on as it began, over b^2/a h^(2q - p) at
    /// the smallest h: a pure number.
    double missed = 0.0;
};

inline Expansion expand(const std::array<double, 3>& h, const std::array<double, 3>& value, double p, double q) {
    const auto power = [&](std::size_t i, double exponent) { return std::pow(h[i] / h[2], exponent); };
    const double p01 = power(0, p) - power(1, p), p12 = power(1, p) - power(2, p);
    const double q01 = power(0, q) - power(1, q), q12 = power(1, q) - power(2, q);
    // differences eliminate c, then a
    const auto solve = [&](const std::array<double, 3>& v) {
        const double v01 = v[0] - v[1], v12 = v[1] - v[2];
        const double b = (v01 * p12 - v12 * p01) / (q01 * p12 - q12 * p01);
        const double a = (v01 - b * q01) / p01;
        return Expansion{v[2] - a - b, a, b, 0.0};
    };
    Expansion e = solve(value);
    e.missed = std::abs(solve({power(0, 2.0 * q - p), power(1, 2.0 * q - p), 1.0}).limit);
    return e;
}

/// The constant of c + a h^p + b h^q through three values.
inline double extrapolate(const std::array<double, 3>& h, const std::array<double, 3>& value, double p, double q) {
    return expand(h, value, p, q).limit;
}

/// The exponent p with |error| ~ h^p through two errors.
inline double observed_order(double coarse_h, double coarse_error, double fine_h, double fine_error) {
    return std::log(std::abs(coarse_error / fine_error)) / std::log(coarse_h / fine_h);
}

}  // namespace greenhalo
