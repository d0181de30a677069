/// \file
/// Young sources that are too far away to be seen: what the direct part of the fast sum leaves out.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <vector>

#include "greenhalo/galaxy/catalogue.h"

namespace greenhalo {

/// Sums of absolute contributions, without the yield, that hardly any realization falls short of.
struct LeastSums {
    std::vector<double> density, flow, vertical;  ///< [pairs]: of n, of the smaller of J_x and J_y, of J_z
    /// A source is left out where its contribution is below this part of them.
    double part;
    /// Mirror images are left out where they have this exponent beyond that of the source itself.
    double image_exponent;
};

/// From which s = rho^2/tau on a source is left out, for one pair of group and energy.
class FarLimit {
  public:
    /// None at all.
    FarLimit() = default;

    /// `pair` is the index in `least`; D in kpc^2/Myr, H in kpc.
    FarLimit(const LeastSums& least, std::size_t pair, double diffusion, double half_height);

    /// In kpc^2/Myr, for sources of at least the effective age exp(log_age) Myr; infinite where nothing can
    /// be said.
    double operator()(double log_age) const;

  private:
    double diffusion_ = 1.0, density_ = std::numeric_limits<double>::infinity(), flow_ = 0.0, vertical_ = 0.0;
};

/// The sources of a tile in the order of s, as far as quarters of an octave tell them apart.
class Shells {
  public:
    /// Sorts `sources` around an observer at x, y; `scratch` has the same capacity.
    void sort(SourceBuffer& sources, SourceBuffer& scratch, double x, double y);

    /// All sources with s below a limit are among the first so many.
    std::size_t count_below(double limit) const;

  private:
    static constexpr std::size_t shells = 64;
    static std::size_t shell_of(double s);

    std::array<std::size_t, shells + 1> begin_{};
};

}  // namespace greenhalo
