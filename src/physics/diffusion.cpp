#include "greenhalo/physics/diffusion.h"

#include <algorithm>
#include <cmath>

namespace greenhalo {

double Diffusion::operator()(double rigidity) const {
    const double lower = coefficient * std::pow(rigidity / reference_rigidity, slope);
    if (!std::isfinite(break_rigidity)) return lower;
    // log(1 + e^x) that neither overflows nor loses digits
    const double x = std::log(rigidity / break_rigidity) / break_smoothness;
    const double softened = std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
    return lower * std::exp(break_smoothness * (slope_above - slope) * softened);
}

double coefficient_from_normalization(double normalization, double half_height) {
    return 1e28 * normalization * half_height;
}

}  // namespace greenhalo
