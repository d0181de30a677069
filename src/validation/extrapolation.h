/// \file
/// The limit of a quantity as a spacing goes to zero, and the order at which it goes there.
#pragma once

#include <array>
#include <cmath>

namespace greenhalo {

/// The constant of c + a h^p + b h^q through three values.
inline double extrapolate(const std::array<double, 3>& h, const std::array<double, 3>& value, double p, double q) {
    // differences eliminate c, then a
    const auto power = [&](std::size_t i, double exponent) { return std::pow(h[i] / h[0], exponent); };
    const double p01 = power(0, p) - power(1, p), p12 = power(1, p) - power(2, p);
    const double q01 = power(0, q) - power(1, q), q12 = power(1, q) - power(2, q);
    const double v01 = value[0] - value[1], v12 = value[1] - value[2];
    const double b = (v01 * p12 - v12 * p01) / (q01 * p12 - q12 * p01);
    const double a = (v01 - b * q01) / p01;
    return value[2] - a * power(2, p) - b * power(2, q);
}

/// The exponent p with |error| ~ h^p through two errors.
inline double observed_order(double coarse_h, double coarse_error, double fine_h, double fine_error) {
    return std::log(std::abs(coarse_error / fine_error)) / std::log(coarse_h / fine_h);
}

}  // namespace greenhalo
