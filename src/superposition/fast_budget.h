/// \file
/// How accurate the parts of the fast sum have to be, so that a sum keeps its tolerance: every part is held
/// against what the sources of all ages contribute on average.
#pragma once

#include <cstdint>
#include <vector>

#include "greenhalo/galaxy/source_law.h"
#include "greenhalo/superposition/transport.h"
#include "superposition/far_sources.h"
#include "superposition/fast_field.h"

namespace greenhalo {

/// One group of nuclei at one energy. Channels without any release do not exist.
struct FastChannel {
    std::size_t pair;             ///< index in [nS, nE]
    double diffusion, loss_rate;  ///< kpc^2/Myr, 1/Myr
    std::vector<ReleaseEntry> entries;
};

/// The channels of a model in the order of their diffusion coefficients.
std::vector<FastChannel> channels_of(const Transport& transport);

/// Ages and the random sources in them.
struct AgeCell {
    std::size_t index;  ///< counted from the youngest
    std::int64_t first_slab, slab_count;
    double low, high;  ///< Myr
    double rate;       ///< of sources, 1/Myr
    double sources;    ///< expected within the span
    bool cut_by_span;  ///< whether the span ends within the cell
    /// Channels and delays that the direct sum of one of the sources adds to, on average: where there are no
    /// delays only those for which it is not too far away.
    double direct_terms;
};

/// A mode in z with a Legendre degree in the age, the channels it matters to, and how well: the largest error
/// of exp(-b s) that they bear.
struct FastNeed {
    std::size_t mode, degree;
    std::vector<std::size_t> channels;
    std::vector<double> tolerances;
};

/// What a cell needs, or why it cannot be had.
struct FastNeeds {
    enum class Verdict { possible, groups_too_wide, cells_too_wide, impossible } verdict = Verdict::possible;
    const char* why = "";
    std::vector<FastNeed> needs;  ///< none: nothing is seen from these ages
    std::vector<double>
        error2;  ///< per channel: square of the error of what is left out, in units of the tolerance
};

class FastBudget {
  public:
    /// How wide the cells of ages are: a third or a sixth of an octave. Narrow ones interpolate better.
    enum class Width { wide, narrow };

    /// \param tolerance largest error over the sum of absolute contributions
    FastBudget(const Transport& transport, const Selection& selection, const SourceLaw& law, double time_span,
               double tolerance, Width width);

    const std::vector<FastChannel>& channels() const { return channels_; }
    const SampledField& field() const { return field_; }
    const std::vector<AgeCell>& cells() const { return cells_; }
    double longest_delay() const { return longest_delay_; }  ///< Myr
    bool has_delays() const { return has_delays_; }

    /// `half_width` is that of the widest group of slabs that are summed together, Myr.
    FastNeeds needs_of(const AgeCell& cell, double half_width) const;

    /// For the sources that are summed directly, of which so many are expected, by pair of group and energy.
    LeastSums least_sums(std::size_t pairs, double expected) const;

    /// What those that are left out may give at most, in units of the tolerance.
    static double share_of_far();

    /// The share of the tolerance that is given to one class.
    static double share_of_class();

  private:
    void measure(AgeCell& cell, const Selection& selection);
    double front(const FastChannel& channel, double age) const;
    double allowed(std::size_t channel, std::size_t mode, const AgeCell& cell) const;
    double walk(std::size_t channel, std::size_t mode, std::size_t degree, const AgeCell& cell,
                double half_width) const;
    double interpolation_error(std::size_t channel, std::size_t mode, const AgeCell& cell) const;
    bool add_interpolation_errors(const AgeCell& cell, FastNeeds& result) const;

    double half_height_, tolerance_, scale_height_, height_;
    SampledField field_;
    std::vector<FastChannel> channels_;
    std::vector<AgeCell> cells_;
    double longest_delay_ = 0.0;
    bool has_delays_ = false;
    std::vector<double> density_, flow_, vertical_;  ///< sums of absolute contributions, per channel
    std::vector<double> least_density_, least_flow_,
        least_vertical_;                             ///< of those that hardly any realization lacks
    std::vector<std::vector<double>> part_seen_;     ///< mean of exp(-b s), per cell and channel
};

}  // namespace greenhalo
