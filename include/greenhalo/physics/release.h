/// \file
/// What a remnant releases: for each nuclear group and energy a short list of (delay, yield). Nothing that
/// comes after this file knows the release model.
#pragma once

#include <vector>

#include "greenhalo/physics/nuclei.h"

namespace greenhalo {

/// Particles released at one moment after the explosion.
struct ReleaseEntry {
    double delay = 0.0;  ///< Myr after the explosion
    double yield = 0.0;  ///< particles per GeV
};

/// Entries of each group and energy, [nS][nE].
using Release = std::vector<std::vector<std::vector<ReleaseEntry>>>;

/// How one remnant releases its particles. A new model is one class of this kind, and its choice of
/// injection.mode.
class ReleaseModel {
  public:
    virtual ~ReleaseModel() = default;

    /// What a remnant releases of a group at a total energy per particle in GeV; empty where it releases
    /// nothing. Throws InputError where the model has no answer.
    virtual std::vector<ReleaseEntry> entries(const Nucleus& nucleus, double energy) const = 0;

    /// The energy in GeV of all the particles of a group, at every energy, that entries() stands for.
    virtual double energy_in_group(const Nucleus& nucleus) const = 0;
};

/// All particles per GeV that a list of entries stands for.
double total_yield(const std::vector<ReleaseEntry>& entries);

/// The release of several groups at several energies (GeV), the yields of each group multiplied by its
/// factor, `factors` [nS].
Release tabulate_release(const ReleaseModel& model, const std::vector<Nucleus>& nuclei,
                         const std::vector<double>& energies, const std::vector<double>& factors);

/// Makes every yield 1 where anything is released at all (one particle per GeV and source); the entries of a
/// group and energy keep their proportions.
void normalize_to_unit(Release& release);

}  // namespace greenhalo
