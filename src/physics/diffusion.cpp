#include "greenhalo/physics/diffusion.h"

#include <cmath>

namespace greenhalo {

double Diffusion::operator()(double rigidity) const {
    return coefficient * std::pow(rigidity / reference_rigidity, slope);
}

double coefficient_from_normalization(double normalization, double half_height) {
    return 1e28 * normalization * half_height;
}

}  // namespace greenhalo
