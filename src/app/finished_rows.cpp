#include "app/finished_rows.h"

namespace greenhalo {

namespace {

void append(std::vector<double>& to, const std::vector<double>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

std::vector<double> piece(const std::vector<double>& values, std::size_t number, std::size_t size) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(number * size);
    return {first, first + static_cast<std::ptrdiff_t>(size)};
}

}  // namespace

void FinishedRows::load(const RealizationRows& rows, const Description& description) {
    const std::size_t energies = description.energy.size(), pairs = description.species.size() * energies;
    for (std::size_t i = 0; i < rows.row.size(); ++i) {
        Realization r;
        r.density = piece(rows.density, i, pairs);
        r.current = piece(rows.current, i, 3 * pairs);
        r.anisotropy = piece(rows.anisotropy, i, 3 * energies);
        r.source_count = rows.source_count[i];
        row_.push_back(rows.row[i]);
        realization_.push_back(std::move(r));
    }
    saved_ = loaded_ = row_.size();
}

void FinishedRows::add(std::int64_t row, Realization realization) {
    realization_.push_back(std::move(realization));
    row_.push_back(row);
}

RealizationRows FinishedRows::unsaved(Stored stored) const {
    RealizationRows rows;
    for (std::size_t i = saved_; i < row_.size(); ++i) {
        const Realization& r = realization_[i];
        rows.row.push_back(row_[i]);
        rows.source_count.push_back(r.source_count);
        if (stored != Stored::none) {
            append(rows.anisotropy, r.anisotropy);
            for (std::size_t e = 0; e < r.anisotropy.size(); e += 3) {
                const RightAscensionDipole dipole = right_ascension_dipole(&r.anisotropy[e]);
                rows.projected_amplitude.push_back(dipole.amplitude);
                rows.projected_phase.push_back(dipole.phase);
            }
            append(rows.dominant_distance, r.dominant.distance);
            append(rows.dominant_age, r.dominant.age);
            append(rows.dominant_longitude, r.dominant.longitude);
            append(rows.dominant_latitude, r.dominant.latitude);
            append(rows.dominant_share_current, r.dominant.share_current);
            append(rows.dominant_share_density, r.dominant.share_density);
            append(rows.dominant_listed, r.dominant.listed);
        }
        if (stored == Stored::all) {
            append(rows.density, r.density);
            append(rows.current, r.current);
        }
    }
    return rows;
}

std::int64_t FinishedRows::computed_sources() const {
    std::int64_t sources = 0;
    for (std::size_t i = loaded_; i < realization_.size(); ++i) sources += realization_[i].source_count;
    return sources;
}

}  // namespace greenhalo
