// greenhalo sources: draws the catalogue of one realization into a file.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/file_description.h"
#include "app/parameter_checks.h"
#include "greenhalo/app/command_input.h"
#include "greenhalo/app/commands.h"
#include "greenhalo/base/units.h"
#include "greenhalo/galaxy/catalogue.h"

namespace greenhalo {

namespace {

/// Sources in memory at a time.
constexpr std::int64_t chunk = 1 << 16;

/// Calls `take` with all sources of a realization, a buffer of at most `chunk` after the other; those beyond
/// the span are taken out.
template <class Take>
void for_each_chunk(const Catalogue& catalogue, std::int64_t realization, Take take) {
    SourceBuffer buffer(chunk + 8);
    for (std::int64_t slab = 0; slab < catalogue.slab_count(); ++slab) {
        const std::int64_t count = catalogue.source_count(realization, slab);
        for (std::int64_t first = 0; first < count; first += chunk) {
            buffer.size = 0;
            catalogue.draw(realization, slab, first, std::min(chunk, count - first), buffer);
            std::size_t kept = 0;
            for (std::size_t i = 0; i < buffer.size; ++i) {
                if (buffer.age[i] > catalogue.time_span()) continue;
                buffer.x[kept] = buffer.x[i];
                buffer.y[kept] = buffer.y[i];
                buffer.z[kept] = buffer.z[i];
                buffer.age[kept] = buffer.age[i];
                ++kept;
            }
            buffer.size = kept;
            take(buffer);
        }
    }
}

/// Sources within the span.
std::int64_t count_sources(const Catalogue& catalogue, std::int64_t realization) {
    std::int64_t total = 0;
    for_each_chunk(catalogue, realization,
                   [&](const SourceBuffer& b) { total += static_cast<std::int64_t>(b.size); });
    return total;
}

/// Collects small pieces into large writes.
class CatalogueWriter {
  public:
    explicit CatalogueWriter(const RowWriter& write) : write_(write) {}

    void add(const SourceBuffer& sources) {
        for (std::size_t i = 0; i < sources.size; ++i) {
            position_.insert(position_.end(), {sources.x[i], sources.y[i], sources.z[i]});
            age_.push_back(sources.age[i] / units::myr_per_year);
        }
        if (static_cast<std::int64_t>(age_.size()) >= chunk) flush();
    }

    void flush() {
        write_("/sources/position", written_, position_);
        write_("/sources/age", written_, age_);
        written_ += static_cast<std::int64_t>(age_.size());
        position_.clear();
        age_.clear();
    }

  private:
    const RowWriter& write_;
    std::int64_t written_ = 0;
    std::vector<double> position_, age_;
};

/// What a reader wants to know first.
std::string summary(const Description& description, const CommandInput& input) {
    const Model& model = input.model;
    const double expected = model.expected_sources();
    return fmt::format(
        "{} sources of realization {} (seed {}) within {:g} Myr; the mean is {:.6g} +- {:.3g}\n"
        "  catalogue: {}\n",
        description.sources, model.first_realization, model.seed, model.time_span, expected,
        std::sqrt(expected), input.parameters.text("output.file"));
}

}  // namespace

ExitStatus command_sources(int argc, char** argv, const std::vector<std::string>& words) {
    return run_under_mpi(argc, argv, [&](const Ranks& ranks, const Log& log) {
        const std::string started = utc_now();
        const CommandInput input = read_command_input(ranks, log, "sources", words);
        const Model& model = input.model;
        Description description;
        together(ranks, [&] {
            if (model.law.model == SourceModel::none) {
                throw InputError(fmt::format("{} has no random sources to draw: choose another model",
                                             describe_parameter(input.parameters, "sources.model")));
            }
            description = describe_input(input);
            description.kind = FileKind::catalogue;
        });
        const Catalogue catalogue(model.law, model.time_span, model.seed);
        if (ranks.is_root()) description.sources = count_sources(catalogue, model.first_realization);
        description.sources = ranks.broadcast(description.sources);
        const ResultFile file =
            ResultFile::create_by_parts(input.parameters.text("output.file"), description, input.overwrite,
                                        ranks.communicator(), [&](const RowWriter& write) {
                                            CatalogueWriter writer(write);
                                            for_each_chunk(catalogue, model.first_realization,
                                                           [&](const SourceBuffer& b) { writer.add(b); });
                                            writer.flush();
                                        });
        file.append_start(ranks.communicator(), {host_name(), ranks.count(), started, utc_now(), "finished"});
        if (ranks.is_root()) std::fputs(summary(description, input).c_str(), stdout);
        return ExitStatus::done;
    });
}

}  // namespace greenhalo
