#include "greenhalo/physics/release_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "greenhalo/base/csv.h"
#include "greenhalo/base/error.h"
#include "greenhalo/base/units.h"
#include "greenhalo/physics/release_quadrature.h"

namespace greenhalo {

namespace {

enum Column : std::size_t { time_yr, energy_gev, rate, group };

/// Energies of the run may miss those of the table by roundings and printed decimals.
constexpr double same_energy = 1e-9;

/// Bounds of what is integrated and compared without overflow, far beyond any remnant: yr, GeV, 1/(GeV yr).
constexpr double latest = 1e12, lowest_energy = 1e-12, highest_energy = 1e15, highest_rate = 1e100;

/// The rows of one energy.
struct Curve {
    std::vector<double> times, rates;  ///< yr, 1/(GeV yr)
    std::vector<std::size_t> lines;
};

/// Curves of the groups by energy, the groups in the order of the file.
struct Rows {
    std::vector<std::string> names;
    std::vector<std::map<double, Curve>> curves;
};

std::string of_group(const std::string& name) {
    return name.empty() ? "" : fmt::format(" of {}", name);
}

Rows read_rows(std::string_view text, const std::string& file) {
    CsvReader csv(text, file, {{"time_yr"}, {"energy_GeV"}, {"rate"}, {"group", false}});
    Rows rows;
    while (csv.next()) {
        const double time = csv.number(time_yr), energy = csv.number(energy_gev), value = csv.number(rate);
        const std::string name(csv.field(group));
        if (time < 0.0)
            csv.fail(fmt::format("time_yr = {} is before the explosion: times count from 0", time));
        if (time > latest) csv.fail(fmt::format("time_yr = {} is too late: at most {} yr", time, latest));
        if (!(energy > 0.0)) csv.fail(fmt::format("energy_GeV = {} must be positive", energy));
        if (energy < lowest_energy || energy > highest_energy) {
            csv.fail(fmt::format("energy_GeV = {} is no energy of a particle: from {} to {} GeV", energy,
                                 lowest_energy, highest_energy));
        }
        if (value < 0.0)
            csv.fail(fmt::format("rate = {} is negative: particles leave a remnant for good", value));
        if (value > highest_rate)
            csv.fail(fmt::format("rate = {} is too high: at most {} per GeV and yr", value, highest_rate));
        if (!rows.names.empty() && name.empty() != rows.names.front().empty()) {
            csv.fail(name.empty() ? "the group is missing: name it in every line, or in none"
                                  : fmt::format("group {}: name the group in every line, or in none", name));
        }
        auto known = std::ranges::find(rows.names, name);
        if (known == rows.names.end()) {
            rows.names.push_back(name);
            rows.curves.emplace_back();
            known = rows.names.end() - 1;
        }
        Curve& curve = rows.curves[static_cast<std::size_t>(known - rows.names.begin())][energy];
        if (!curve.times.empty() && !(time > curve.times.back())) {
            csv.fail(fmt::format(
                "time_yr = {} does not come after {} in line {}: the times of an energy must increase", time,
                curve.times.back(), curve.lines.back()));
        }
        curve.times.push_back(time);
        curve.rates.push_back(value);
        curve.lines.push_back(csv.line());
    }
    if (rows.names.empty())
        throw InputError(fmt::format("{}: holds no rate: a line is {}", file, csv.form()));
    return rows;
}

/// Every energy of a group has a rate at the same times.
void refuse_gaps(const std::map<double, Curve>& curves, const std::string& name, const std::string& file) {
    const auto& [first_energy, first] = *curves.begin();
    for (const auto& [energy, curve] : curves) {
        if (curve.times.size() < 2) {
            throw InputError(
                fmt::format("{}, line {}: energy_GeV = {}{} has a rate at one time only: at least two are "
                            "needed, the release lasts from the first to the last",
                            file, curve.lines.front(), energy, of_group(name)));
        }
        const auto [here, there] = std::ranges::mismatch(curve.times, first.times);
        const bool here_ends = here == curve.times.end(), there_ends = there == first.times.end();
        if (here_ends && there_ends) continue;
        // the earlier of two different times is missing at the other energy
        const bool missing_here = here_ends || (!there_ends && *there < *here);
        const auto at = missing_here ? there - first.times.begin() : here - curve.times.begin();
        const Curve& with = missing_here ? first : curve;
        throw InputError(fmt::format(
            "{}, line {}: time_yr = {} has a rate at energy_GeV = {}{}, but none at {}: give "
            "the rates of a group at the same times for every energy (0 where there are none)",
            file, with.lines[static_cast<std::size_t>(at)], with.times[static_cast<std::size_t>(at)],
            missing_here ? first_energy : energy, of_group(name), missing_here ? energy : first_energy));
    }
}

/// The history between two whose yields each add up to 1: what leaves first there leaves first here.
std::vector<ReleaseEntry> between(const std::vector<ReleaseEntry>& low, const std::vector<ReleaseEntry>& high,
                                  double share) {
    constexpr double rounding = 1e-13;  // a share that is left over because sums are rounded
    std::vector<ReleaseEntry> entries;
    double low_left = low.front().yield, high_left = high.front().yield;
    for (std::size_t i = 0, j = 0; i < low.size() && j < high.size();) {
        const double part = std::min(low_left, high_left);
        if (part > rounding) {
            const double from = low[i].delay, to = high[j].delay;
            entries.push_back({from * std::pow(to / from, share), part});
        }
        low_left -= part;
        high_left -= part;
        if (low_left <= rounding && ++i < low.size()) low_left += low[i].yield;
        if (high_left <= rounding && ++j < high.size()) high_left += high[j].yield;
    }
    const double total = total_yield(entries);
    for (ReleaseEntry& entry : entries) entry.yield /= total;
    return entries;
}

}  // namespace

TabulatedRelease::TabulatedRelease(std::string_view text, const std::string& file) : file_(file) {
    const Rows rows = read_rows(text, file);
    for (std::size_t g = 0; g < rows.names.size(); ++g) {
        refuse_gaps(rows.curves[g], rows.names[g], file);
        Group& known = groups_.emplace_back(Group{rows.names[g], {}});
        for (const auto& [energy, curve] : rows.curves[g]) {
            auto entries = condense(integrate_rate(curve.times, curve.rates, 2 * entries_per_energy - 1),
                                    entries_per_energy);
            const double yield = total_yield(entries);
            for (ReleaseEntry& entry : entries) {
                entry.delay *= units::myr_per_year;
                entry.yield /= yield;
            }
            known.histories.push_back({energy, yield, std::move(entries)});
        }
    }
}

const TabulatedRelease::Group& TabulatedRelease::group_of(const Nucleus& nucleus) const {
    if (groups_.front().name.empty()) return groups_.front();
    const auto found = std::ranges::find(groups_, nucleus.name, &Group::name);
    if (found != groups_.end()) return *found;
    std::vector<std::string> names;
    for (const Group& known : groups_) names.push_back(known.name);
    throw InputError(
        fmt::format("{}: holds no group {}, only {}: add its rates, or leave the group column out to give "
                    "all groups the release of protons at equal rigidity",
                    file_, nucleus.name, fmt::join(names, ", ")));
}

std::vector<ReleaseEntry> TabulatedRelease::entries(const Nucleus& nucleus, double energy) const {
    const Group& known = group_of(nucleus);
    const double charge = known.name.empty() ? nucleus.charge : 1.0;
    const auto& histories = known.histories;
    const double lowest = histories.front().energy, highest = histories.back().energy;
    const double wanted = energy / charge;
    if (wanted < lowest * (1.0 - same_energy) || wanted > highest * (1.0 + same_energy)) {
        throw InputError(
            fmt::format("{}: holds energies from {} to {} GeV{}, but {} at {:.6g} GeV needs {:.6g} GeV{}: "
                        "add rates there (0 where nothing is released), or change energy.min and energy.max",
                        file_, lowest, highest, of_group(known.name), nucleus.name, energy, wanted,
                        charge == 1.0 ? "" : " (E/Z, as the table has no group column)"));
    }
    const double at = std::clamp(wanted, lowest, highest), per_z2 = 1.0 / (charge * charge);
    const auto above = std::ranges::find_if(
        histories, [&](const History& h) { return at <= h.energy * (1.0 + same_energy); });
    const auto scaled = [&](std::vector<ReleaseEntry> entries, double yield) {
        for (ReleaseEntry& entry : entries) entry.yield *= yield * per_z2;
        return entries;
    };
    const bool on_the_table = above == histories.begin() || at >= above->energy * (1.0 - same_energy);
    if (on_the_table) return scaled(above->entries, above->yield);

    const History &low = *(above - 1), &high = *above;
    if (!(low.yield > 0.0) || !(high.yield > 0.0)) return {};
    const double share = std::log(at / low.energy) / std::log(high.energy / low.energy);
    auto entries = condense(between(low.entries, high.entries, share), entries_per_energy);
    return scaled(std::move(entries), low.yield * std::pow(high.yield / low.yield, share));
}

double TabulatedRelease::energy_in_group(const Nucleus& nucleus) const {
    // the same for every charge: Z^-2 Q(E/Z) holds what Q(E) holds
    const auto& histories = group_of(nucleus).histories;
    double energy = 0.0;
    for (std::size_t i = 0; i + 1 < histories.size(); ++i) {
        const History &low = histories[i], &high = histories[i + 1];
        if (!(low.yield > 0.0) || !(high.yield > 0.0)) continue;
        // E^2 N is a power of E: its integral over ln E
        const double from = low.energy * low.energy * low.yield, to = high.energy * high.energy * high.yield;
        const double exponent = std::log(to / from);
        const double mean = std::abs(exponent) < 1e-300 ? 1.0 : std::expm1(exponent) / exponent;
        energy += from * mean * std::log(high.energy / low.energy);
    }
    return energy;
}

}  // namespace greenhalo
