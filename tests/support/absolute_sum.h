/// \file
/// The direct sum together with a lower bound of the sum of absolute contributions.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "greenhalo/superposition/direct_sum.h"
#include "models.h"

namespace greenhalo::test {

/// Values of n, J_x, J_y, J_z for every [nS, nE], and their sums of absolute contributions. Sources are
/// summed octant by octant as the observer sees them, within which no current changes its sign (J_z may, far
/// from the plane: then its measure is too small, which is the safe side).
struct MeasuredSum {
    std::vector<std::array<double, 4>> value, absolute;

    /// Sums sources of the buffers that `next(buffer)` fills until it returns false.
    template <class Next>
    MeasuredSum(const Transport& transport, const Selection& selection, Next next) {
        const std::size_t pairs = transport.nuclei.size() * transport.energies.size();
        value.assign(pairs, {});
        absolute.assign(pairs, {});
        DirectSum direct(transport, selection);
        std::vector<std::vector<Source>> octants(8);
        const auto flush = [&](std::vector<Source>& octant, std::vector<std::array<double, 4>>& sums) {
            const Superposition s = direct.sum(listed(octant), selection);
            for (std::size_t p = 0; p < pairs; ++p) {
                sums[p][0] += s.density[p];
                for (std::size_t i = 0; i < 3; ++i) sums[p][1 + i] += s.current[3 * p + i];
            }
            octant.clear();
        };
        std::vector<std::vector<std::array<double, 4>>> sums(8, std::vector<std::array<double, 4>>(pairs));
        std::vector<Source> sources;
        while (next(sources)) {
            for (const Source& s : sources) {
                const std::size_t o = (s.x < transport.observer.x ? 1u : 0u) +
                                      (s.y < transport.observer.y ? 2u : 0u) +
                                      (s.z < transport.observer.z ? 4u : 0u);
                octants[o].push_back(s);
                if (octants[o].size() == 16384) flush(octants[o], sums[o]);
            }
        }
        for (std::size_t o = 0; o < 8; ++o) {
            flush(octants[o], sums[o]);
            for (std::size_t p = 0; p < pairs; ++p) {
                for (std::size_t i = 0; i < 4; ++i) {
                    value[p][i] += sums[o][p][i];
                    absolute[p][i] += std::abs(sums[o][p][i]);
                }
            }
        }
    }
};

/// The same for the sources of a realization.
inline MeasuredSum measured_sum(const Transport& transport, const Selection& selection,
                                const Catalogue& catalogue, std::int64_t realization) {
    std::int64_t slab = 0;
    return MeasuredSum(transport, selection, [&](std::vector<Source>& sources) {
        sources.clear();
        if (slab == catalogue.slab_count()) return false;
        const std::int64_t count = catalogue.source_count(realization, slab);
        SourceBuffer buffer(static_cast<std::size_t>(count) + 8);
        if (count > 0) catalogue.draw(realization, slab, 0, count, buffer);
        for (std::size_t i = 0; i < buffer.size; ++i) {
            if (buffer.age[i] < catalogue.time_span())
                sources.push_back({buffer.x[i], buffer.y[i], buffer.z[i], buffer.age[i]});
        }
        ++slab;
        return true;
    });
}

/// Largest error of each of n, J_x, J_y, J_z over the sum of absolute contributions. What lies below `least`,
/// near the end of the range of doubles, counts as right when it is small in both.
inline std::array<double, 4> errors_of(const Superposition& sum, const MeasuredSum& measured,
                                       double least = 1e-280) {
    std::array<double, 4> worst{};
    for (std::size_t p = 0; p < measured.value.size(); ++p) {
        const double values[4] = {sum.density[p], sum.current[3 * p], sum.current[3 * p + 1],
                                  sum.current[3 * p + 2]};
        for (std::size_t i = 0; i < 4; ++i) {
            const double absolute = measured.absolute[p][i], off = std::abs(values[i] - measured.value[p][i]);
            const double error = absolute > least ? off / absolute : off < 10.0 * least ? 0.0 : INFINITY;
            worst[i] = std::isnan(error) ? INFINITY : std::max(worst[i], error);
        }
    }
    return worst;
}

}  // namespace greenhalo::test
