/// \file
/// What sources of a law contribute on average, from a fixed sample of positions: the measure of every error
/// of the fast sum. It works for any law that can be drawn.
#pragma once

#include <cstddef>
#include <vector>

#include "greenhalo/base/aligned.h"
#include "greenhalo/galaxy/source_law.h"
#include "greenhalo/superposition/transport.h"

namespace greenhalo {

/// Eigenfunctions at the observer: sin k_m(z+H) and k_m cos k_m(z+H) (1/kpc), m = 1 .. count; exact in the
/// midplane.
struct ObserverModes {
    std::vector<double> value, slope;  ///< index m - 1
    double first_k2;                   ///< k_1^2, 1/kpc^2
    ObserverModes(double half_height, double z, std::size_t count);
};

/// Mean over sources of one age, of one diffusion coefficient, without the decay exp(-D k_1^2 tau).
struct MeanContribution {
    double density;        ///< of exp(-s/(4D)) |sum_m value_m zeta_m exp(-D (k_m^2 - k_1^2) tau)|
    double flow;           ///< the same times |dx| or |dy|, whichever is smaller, kpc
    double vertical;       ///< of exp(-s/(4D)) |sum_m slope_m zeta_m exp(-D (k_m^2 - k_1^2) tau)|, 1/kpc
    double kernel;         ///< of exp(-s/(4D))
    double near;           ///< share of the sources that are not too far away to matter
    double participation;  ///< (sum)^2/(sum of squares)/(number of sources), of the density
    double vertical_participation;  ///< the same of the vertical current
};

class SampledField {
  public:
    SampledField(const Transport& transport, const Selection& selection, const SourceLaw& law);

    MeanContribution mean(double diffusion, double age, double near_exponent) const;
    /// `kernel` and `near` alone, which depend on no selection. A source does not matter from
    /// exp(-near_exponent) on.
    MeanContribution reach_of_kernel(double diffusion, double age, double near_exponent) const;

    /// Distance from the observer's axis beyond which hardly any source lies, kpc.
    double reach() const { return reach_; }
    /// Mean |dx| or |dy|, whichever is larger, kpc.
    double mean_offset() const { return mean_offset_; }
    /// Mean |zeta_m|.
    double mean_mode(std::size_t m) const { return mean_mode_[m - 1]; }
    const ObserverModes& modes() const { return modes_; }

  private:
    bool counts(std::size_t i, double age) const;

    ObserverModes modes_;
    Selection selection_;
    double reach_ = 0.0, mean_offset_ = 0.0;
    std::vector<double> dx_, dy_, rho2_, distance2_;
    std::vector<std::vector<double>> zeta_;  ///< [m - 1][sample]
    std::vector<double> mean_mode_;
};

}  // namespace greenhalo
