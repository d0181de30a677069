// How a run takes over what an earlier one left, and opens the files that it writes.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/ensemble_run.h"
#include "app/resume.h"
#include "app/summary.h"
#include "greenhalo/storage/salvage.h"

namespace greenhalo {

namespace {

/// This rank's share of a list: one after the other, the first rank never without any.
std::vector<std::int64_t> share_of(const std::vector<std::int64_t>& all, int rank, int ranks) {
    const std::size_t size =
        (all.size() + static_cast<std::size_t>(ranks) - 1) / static_cast<std::size_t>(ranks);
    const std::size_t first = std::min(all.size(), size * static_cast<std::size_t>(rank));
    const std::size_t end = std::min(all.size(), first + size);
    return {all.begin() + static_cast<std::ptrdiff_t>(first), all.begin() + static_cast<std::ptrdiff_t>(end)};
}

std::vector<double> numbers_of(const Realization& r) {
    std::vector<double> all = r.density;
    all.insert(all.end(), r.current.begin(), r.current.end());
    all.insert(all.end(), r.anisotropy.begin(), r.anisotropy.end());
    return all;
}

std::vector<double> numbers_of(const Superposition& s) {
    std::vector<double> all = s.density;
    all.insert(all.end(), s.current.begin(), s.current.end());
    return all;
}

}  // namespace

/// Collective. Loads what is sound; returns true when nothing is left to be done.
bool EnsembleRun::take_over(const ResultFile& existing, bool salvaged) {
    std::int64_t sound = 0;
    load_rows(existing, sound);
    const bool whole = sound == model_.realizations && existing.description().count == model_.realizations;
    std::int64_t finished = 0;
    on_root(ranks_, [&] { finished = whole && existing.model_is_sound() && existing.ensemble_is_sound(); });
    if (ranks_.broadcast(finished) != 0) {
        on_root(ranks_, [&] {
            // left where a run was killed after its last number
            remove_companion(parts_companion(path_));
            remove_companion(rows_companion(path_));
            const Statistics statistics = {
                {"amplitude_quantile", existing.dataset("/ensemble/amplitude_quantile")},
                {"undefined_fraction", existing.dataset("/ensemble/undefined_fraction")}};
            print_summary(input_.parameters, model_, statistics, RunFigures{});
        });
        return true;
    }
    load_parts(existing);
    check_bits(existing, salvaged);
    return false;
}

/// Collective. Loads the sound rows, each by one rank; `sound` is how many the file itself has.
void EnsembleRun::load_rows(const ResultFile& existing, std::int64_t& sound) {
    const bool stores_all = existing.description().stored == Stored::all;
    if (!stores_all) {
        // the companion may be missing or spoilt: then rows are computed again, which gives the same
        std::int64_t usable = 0;
        std::string why;
        bool matters = false;
        const std::string path = rows_companion(path_);
        on_root(ranks_, [&] {
            matters = !existing.complete_rows().empty();
            try {
                if (!std::filesystem::exists(path)) {
                    throw Error(path + (existing.ensemble_is_sound()
                                            ? " was removed when the run had finished"
                                            : " is missing"));
                }
                const ResultFile rows = ResultFile::read(path);
                if (rows.description().stored != Stored::all ||
                    !differences(input_, rows.description()).empty() ||
                    rows.description().count > model_.realizations)
                    throw Error(path + " belongs to another result");
                usable = 1;
            } catch (const Error& error) {
                why = error.what();
            }
        });
        if (ranks_.broadcast(usable) != 0)
            all_rows_ = ResultFile::read(path, ranks_.communicator());
        else if (matters)
            log_.warning(fmt::format(
                "{}: the statistics need all of each realization, so all are computed again", why));
    }
    std::int64_t mine = 0, found = 0;
    together(ranks_, [&] {
        const auto rows = share_of(existing.complete_rows(), ranks_.rank(), ranks_.count());
        RealizationRows from_file = existing.sound_realizations(rows);
        mine = static_cast<std::int64_t>(rows.size());
        found = static_cast<std::int64_t>(from_file.row.size());
        if (stores_all)
            finished_.load(from_file, existing.description());
        else if (all_rows_)
            finished_.load(all_rows_->sound_realizations(from_file.row), all_rows_->description());
    });
    sound = ranks_.sum(found);
    if (const std::int64_t damaged = ranks_.sum(mine) - sound; damaged > 0) {
        log_.warning(
            fmt::format("{} of the realizations in {} do not match their checksums and are computed again",
                        damaged, path_));
    }
    rows_there_ = ranks_.gather_everywhere(finished_.row());
    std::sort(rows_there_.begin(), rows_there_.end());
}

/// Collective. Segments of realizations that were in progress.
void EnsembleRun::load_parts(const ResultFile& existing) {
    const std::string path = parts_companion(path_);
    if (segments() == 1) return;
    std::vector<std::int64_t> pieces;
    std::vector<SegmentSum> sums;
    std::string why;
    on_root(ranks_, [&] {
        if (!std::filesystem::exists(path)) return;
        try {
            PartsFile file = read_parts(path_);
            if (!differences(input_, file.description).empty())
                throw Error(path + " belongs to another result");
            if (file.damaged > 0)
                why = fmt::format("{} of its parts do not match their checksums", file.damaged);
            for (StoredPart& part : file.parts) {
                const std::int64_t row = part.index - existing.description().first;
                if (row < 0 || row >= model_.realizations || part.segment < 0 || part.segment >= segments() ||
                    std::binary_search(rows_there_.begin(), rows_there_.end(), row))
                    continue;
                pieces.push_back(row * segments() + part.segment);
                sums.push_back({{std::move(part.density), std::move(part.current)}, part.source_count});
            }
        } catch (const Error& error) {
            why = error.what();
        }
    });
    if (!why.empty()) log_.warning(fmt::format("{}: what it lacks is computed again: {}", path, why));
    share(ranks_.gather_everywhere(pieces), sums);
}

/// Collective. What is there must be what this program computes here, to the last bit: one piece of it is
/// computed again.
void EnsembleRun::check_bits(const ResultFile& existing, bool salvaged) {
    std::vector<std::string> changes = build_differences(existing.description());
    if (salvaged) changes = {"the damaged file does not say any more which program and processor began it"};
    std::string checked;
    on_root(ranks_, [&] {
        const std::int64_t first = model_.first_realization;
        if (!open_.empty()) {
            const auto& [row, parts] = *open_.begin();
            const auto& [number, sum] = *parts.begin();
            checked = fmt::format("segment {} of realization {}", number, first + row);
            require_equal_bits(numbers_of(sum.sum), numbers_of(realizer_.segment(first + row, number).sum),
                               checked, changes);
        } else if (!finished_.row().empty() && (segments() == 1 || !changes.empty())) {
            const std::int64_t index = first + finished_.row().front();
            checked = fmt::format("realization {}", index);
            require_equal_bits(numbers_of(finished_.realization().front()), numbers_of(realizer_(index)),
                               checked, changes);
        }
    });
    if (changes.empty() || salvaged) return;
    log_.warning(
        fmt::format("{} was begun differently ({}){}", path_, fmt::join(changes, "; "),
                    checked.empty() ? "" : "; " + checked + " was computed again and is equal bit for bit"));
}

/// Collective. Whether other names lead to a file, under which another run could write it, or which somebody
/// made to keep it as it is.
bool EnsembleRun::is_shared(const std::string& path) {
    std::int64_t shared = 0;
    on_root(ranks_, [&] { shared = has_other_names(path); });
    return ranks_.broadcast(shared) != 0;
}

void EnsembleRun::open_files(const Description& description, const std::optional<ResultFile>& existing) {
    const std::string& path = path_;
    if (!existing) {
        file_ = ResultFile::create(path, description, input_.overwrite, ranks_.communicator());
        on_root(ranks_, [&] {
            remove_companion(parts_companion(path));
            remove_companion(rows_companion(path));
        });
    } else {
        std::int64_t sound = 0;
        on_root(ranks_, [&] { sound = existing->model_is_sound(); });
        sound = ranks_.broadcast(sound);
        const bool shared = is_shared(path);
        if (shared) {
            log_.warning(fmt::format(
                "{} has other names (hard links): this run goes on in a copy that has this name alone",
                path));
        }
        if (sound == 0)
            log_.warning(fmt::format("energies, groups or input in {} are damaged and written again", path));
        if (sound != 0 && !shared && existing->description().count == description.count)
            file_ = existing;
        else
            file_ = ResultFile::rebuild(path, description, ranks_.communicator());
    }
    if (description.stored != Stored::all) open_all_rows(description);
}

/// The companion that keeps what the statistics need of each realization and the result does not store.
void EnsembleRun::open_all_rows(const Description& description) {
    Description all = description;
    all.stored = Stored::all;
    const std::string path = rows_companion(path_);
    on_root(ranks_, [&] { discard_if_unreadable(path); });
    if (!all_rows_)
        all_rows_ = ResultFile::create(path, all, Overwrite::yes, ranks_.communicator());
    else if (all_rows_->description().count != all.count || is_shared(path))
        all_rows_ = ResultFile::rebuild(path, all, ranks_.communicator());
}

}  // namespace greenhalo
