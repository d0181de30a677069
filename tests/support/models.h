/// \file
/// Small models for tests.
#pragma once

#include <cmath>
#include <initializer_list>
#include <vector>

#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/catalogue.h"
#include "greenhalo/superposition/transport.h"

namespace greenhalo::test {

inline constexpr double year = units::myr_per_year;  ///< one year, in Myr

inline std::vector<Nucleus> five_groups() {
    return {{"H", 1, 1, 1.03e4},
            {"He", 2, 4, 8.4e3},
            {"CNO", 7, 14, 5.1e3},
            {"MgAlSi", 13, 27, 2.8e3},
            {"Fe", 26, 56, 3e3}};
}

/// D28/H_kpc = 1.33 at 3 GV with slope 1/3, unless told otherwise.
inline Diffusion paper_diffusion(double half_height, double normalization = 1.33, double slope = 1.0 / 3) {
    return {coefficient_from_normalization(normalization, half_height) * units::cm2_per_s, 3.0, slope};
}

/// One particle per GeV and source, at the explosion.
inline Release unit_release(std::size_t species, std::size_t energies) {
    return Release(species, std::vector<std::vector<ReleaseEntry>>(energies, {{0.0, 1.0}}));
}

/// Energies from `low` to `high` GeV, equal steps in the logarithm.
inline std::vector<double> log_energies(double low, double high, int count) {
    std::vector<double> energies;
    for (int i = 0; i < count; ++i) energies.push_back(low * std::pow(high / low, i / (count - 1.0)));
    return energies;
}

/// All groups of the paper's model at the Sun, unit release.
inline Transport paper_transport(double half_height, const std::vector<double>& energies) {
    Transport t;
    t.half_height = half_height;
    t.diffusion = paper_diffusion(half_height);
    t.nuclei = five_groups();
    t.energies = energies;
    t.release = unit_release(t.nuclei.size(), energies.size());
    return t;
}

/// One group at one energy with a given D (kpc^2/Myr) and loss rate (1/Myr), unit release.
inline Transport single_channel(double half_height, double diffusion, double loss_rate,
                                const Position& observer) {
    constexpr double energy = 1e3, mass_number = 12.0;
    Transport t;
    t.half_height = half_height;
    t.diffusion = {diffusion, 3.0, 0.0};
    t.gas = {1.0, 1.0};
    t.gas.disc_density = loss_rate / spallation_rate(t.gas, half_height, mass_number, energy);
    t.nuclei = {{"C", 6.0, mass_number, 0.0}};
    t.energies = {energy};
    t.release = unit_release(1, 1);
    t.observer = observer;
    return t;
}

struct Source {
    double x, y, z;  ///< kpc
    double age;      ///< Myr
    double energy = 1.0;
};

inline SourceBuffer listed(const std::vector<Source>& sources, bool with_energy = false) {
    SourceBuffer buffer(sources.size() + 8);
    if (with_energy) buffer.energy.assign(buffer.capacity(), 1.0);
    for (const Source& s : sources) {
        buffer.x[buffer.size] = s.x;
        buffer.y[buffer.size] = s.y;
        buffer.z[buffer.size] = s.z;
        buffer.age[buffer.size] = s.age;
        if (with_energy) buffer.energy[buffer.size] = s.energy;
        ++buffer.size;
    }
    return buffer;
}

/// All sources of a realization within the span of its catalogue.
inline std::vector<Source> sources_of(const Catalogue& catalogue, std::int64_t realization) {
    std::vector<Source> sources;
    for (std::int64_t slab = 0; slab < catalogue.slab_count(); ++slab) {
        const std::int64_t count = catalogue.source_count(realization, slab);
        if (count == 0) continue;
        SourceBuffer buffer(static_cast<std::size_t>(count) + 8);
        catalogue.draw(realization, slab, 0, count, buffer);
        for (std::size_t i = 0; i < buffer.size; ++i) {
            if (buffer.age[i] > catalogue.time_span()) continue;
            sources.push_back({buffer.x[i], buffer.y[i], buffer.z[i], buffer.age[i]});
        }
    }
    return sources;
}

}  // namespace greenhalo::test
