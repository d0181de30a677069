#include "superposition/far_sources.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "greenhalo/base/units.h"

namespace greenhalo {

namespace {

/// Farther than this exponent nothing is looked for.
constexpr double largest_exponent = 60.0;
/// Inside the first shell's upper edge of 5/16 kpc^2/Myr nothing is told apart, nor beyond 14336.
constexpr double smallest_s = 0.25;

}  // namespace

// A source contributes to n at most (4 pi D tau)^(-3/2) exp(-s/(4D)), to J_x and J_y that times rho/(2 tau) =
// sqrt(s/tau)/2, and to J_z that times 2H/tau: no image that is not farther in the exponent is farther than
// 4H in z.
FarLimit::FarLimit(const LeastSums& least, std::size_t pair, double diffusion, double half_height)
    : diffusion_(diffusion) {
    const double front = -1.5 * std::log(4.0 * units::pi * diffusion);
    const double offset = 0.5 * std::sqrt(4.0 * diffusion * largest_exponent);
    density_ = front - std::log(least.part * least.density[pair]);
    flow_ = front + std::log(offset) - std::log(least.part * least.flow[pair]);
    vertical_ = front + std::log(2.0 * half_height) - std::log(least.part * least.vertical[pair]);
}

double FarLimit::operator()(double log_age) const {
    const double exponent =
        std::max({density_ - 1.5 * log_age, flow_ - 2.0 * log_age, vertical_ - 2.5 * log_age, 0.0});
    return exponent <= largest_exponent ? 4.0 * diffusion_ * exponent
                                        : std::numeric_limits<double>::infinity();
}

/// The exponent and the first two bits behind the point of the number: each octave in four of equal width.
std::size_t Shells::shell_of(double s) {
    if (!(s > smallest_s)) return 0;
    const auto quarters = [](double x) {
        std::uint64_t bits;
        std::memcpy(&bits, &x, sizeof bits);
        return static_cast<std::size_t>(bits >> 50);
    };
    return std::min(quarters(s) - quarters(smallest_s), shells - 1);
}

void Shells::sort(SourceBuffer& sources, SourceBuffer& scratch, double x, double y) {
    std::array<std::size_t, shells + 1> next{};
    const auto shell = [&](std::size_t i) {
        const double dx = x - sources.x[i], dy = y - sources.y[i];
        return shell_of((dx * dx + dy * dy) / sources.age[i]);
    };
    for (std::size_t i = 0; i < sources.size; ++i) ++next[shell(i) + 1];
    for (std::size_t k = 0; k < shells; ++k) next[k + 1] += next[k];
    begin_ = next;
    for (std::size_t i = 0; i < sources.size; ++i) {
        const std::size_t to = next[shell(i)]++;
        scratch.x[to] = sources.x[i];
        scratch.y[to] = sources.y[i];
        scratch.z[to] = sources.z[i];
        scratch.age[to] = sources.age[i];
    }
    scratch.size = sources.size;
    std::swap(sources, scratch);
}

std::size_t Shells::count_below(double limit) const {
    return begin_[shell_of(limit) + 1];
}

}  // namespace greenhalo
