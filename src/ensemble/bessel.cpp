#include "greenhalo/ensemble/bessel.h"

#include <boost/math/special_functions/bessel.hpp>
#include <cmath>

#include "greenhalo/base/units.h"

namespace greenhalo {

namespace {

// Beyond this argument the asymptotic series reaches double precision before it diverges.
constexpr double asymptotic_from = 40.0;

/// sum_m s^m prod (4n^2 - (2i-1)^2) / (m! (8x)^m), s = -1 for I and +1 for K.
double asymptotic_series(double order, double sign, double x) {
    double term = 1.0, total = 1.0;
    for (int m = 1; m < 40; ++m) {
        const double odd = 2.0 * m - 1.0;
        const double next = term * sign * (4.0 * order * order - odd * odd) / (8.0 * m * x);
        if (std::abs(next) > std::abs(term) || std::abs(next) < 1e-17) break;
        term = next;
        total += term;
    }
    return total;
}

double scaled_i(int order, double x) {
    if (x < asymptotic_from) return std::exp(-x) * boost::math::cyl_bessel_i(order, x);
    return asymptotic_series(order, -1.0, x) / std::sqrt(2.0 * units::pi * x);
}

double scaled_k(int order, double x) {
    if (x < asymptotic_from) return std::exp(x) * boost::math::cyl_bessel_k(order, x);
    return asymptotic_series(order, 1.0, x) * std::sqrt(units::pi / (2.0 * x));
}

}  // namespace

double scaled_i0(double x) { return scaled_i(0, x); }
double scaled_i1(double x) { return scaled_i(1, x); }
double scaled_k0(double x) { return scaled_k(0, x); }
double scaled_k1(double x) { return scaled_k(1, x); }

double scaled_i0_minus_i1(double x) {
    if (x < asymptotic_from) return scaled_i(0, x) - scaled_i(1, x);
    // the two asymptotic series term by term, whose first terms are equal
    double term0 = 1.0, term1 = 1.0, total = 0.0;
    for (int m = 1; m < 40; ++m) {
        const double odd = 2.0 * m - 1.0;
        term0 *= odd * odd / (8.0 * m * x);
        term1 *= (odd * odd - 4.0) / (8.0 * m * x);
        total += term0 - term1;
        if (term0 < 1e-17 / x) break;
    }
    return total / std::sqrt(2.0 * units::pi * x);
}

}  // namespace greenhalo
