/// \file
/// Any history of release, as a table of rates over time and energy.
#pragma once

#include <string>
#include <string_view>

#include "greenhalo/physics/release.h"

namespace greenhalo {

/// The release that a CSV table describes (doc/release-tables.md): time_yr, energy_GeV, rate [per GeV and
/// yr], and optionally group, for every time and energy of a group.
///
/// Rates are linear from one time to the next and zero before the first and after the last. Without a group
/// column the table is that of protons, and a nucleus of charge Z has the same history at the same rigidity:
/// Z^-2 Q(E/Z, t). Between two energies the yield, and the time by which a share of it has left, are powers
/// of the energy.
class TabulatedRelease final : public ReleaseModel {
  public:
    /// Entries for a history at an energy: the moments of the delay up to the order 31 are those of the
    /// table.
    static constexpr std::size_t entries_per_energy = 16;

    /// Reads CSV text; `file` is what messages call it. Throws InputError naming file and line: numbers that
    /// are none, negative times or rates, energies that are not positive, times that do not increase, rates
    /// that are missing.
    TabulatedRelease(std::string_view text, const std::string& file);

    /// Throws InputError when the table does not hold the group or the energy.
    std::vector<ReleaseEntry> entries(const Nucleus& nucleus, double energy) const override;

    /// Energy of all particles between the first and the last energy of the table; 0 when it has a single
    /// one.
    double energy_in_group(const Nucleus& nucleus) const override;

  private:
    struct History {
        double energy;                      ///< GeV
        double yield;                       ///< particles per GeV
        std::vector<ReleaseEntry> entries;  ///< yields add up to 1
    };
    struct Group {
        std::string name;  ///< empty in a table without groups
        std::vector<History> histories;
    };

    const Group& group_of(const Nucleus& nucleus) const;

    std::string file_;
    std::vector<Group> groups_;
};

}  // namespace greenhalo
