// Prints `name value` lines: how fast a realization is against the yardstick, all measured in this one run.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "greenhalo/base/isa.h"
#include "greenhalo/ensemble/realizer.h"
#include "workload.h"

namespace greenhalo::benchmark_support {
namespace {

using Clock = std::chrono::steady_clock;

template <class Work>
double seconds_of(Work work) {
    const auto start = Clock::now();
    work();
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void say(const char* name, double value) {
    std::fputs(fmt::format("{} {:.6g}\n", name, value).c_str(), stdout);
    std::fflush(stdout);
}

std::int64_t draw_everything(const Catalogue& catalogue, std::int64_t realization, SourceBuffer& buffer) {
    std::int64_t sources = 0;
    for (std::int64_t slab = 0; slab < catalogue.slab_count(); ++slab) {
        const std::int64_t total = catalogue.source_count(realization, slab);
        for (std::int64_t first = 0; first < total; first += 512) {
            buffer.size = 0;
            catalogue.draw(realization, slab, first, std::min<std::int64_t>(512, total - first), buffer);
        }
        sources += total;
    }
    return sources;
}

/// `repeats` rounds in which every way is timed once, so that a change of the machine's speed meets all of them.
void report(int repeats) {
    const Model model = figure2_right();
    const Catalogue catalogue(model.law, model.time_span, model.seed);
    Realizer direct(model.transport, model.law, model.time_span, model.selection, model.listed, model.seed);
    const PlainSources sample = sample_sources(model, 20000);
    std::vector<double> diffusion, loss, sums;
    channel_tables(model, diffusion, loss);
    SourceBuffer buffer(1024);

    std::vector<double> plain, drawing, whole;
    double sources = 0.0;
    for (int i = 0; i < repeats; ++i) {
        const double scale = model.expected_sources() / static_cast<double>(sample.age.size());
        plain.push_back(scale * seconds_of([&] {
                            yardstick(sample, diffusion, loss, model.transport.half_height, sums);
                        }));
        drawing.push_back(seconds_of([&] { sources = static_cast<double>(draw_everything(catalogue, i, buffer)); }));
        whole.push_back(seconds_of([&] { direct(i); }));
    }
    const double yard = median(plain);
    std::fputs(fmt::format("instruction_set {}\n", isa_name(active_isa())).c_str(), stdout);
    say("yardstick_seconds", yard);
    say("drawing_seconds", median(drawing));
    say("drawing_speedup", yard / median(drawing));
    say("direct_seconds", median(whole));
    say("direct_speedup", yard / median(whole));
    say("direct_sources_per_second", sources / median(whole));
    say("direct_realizations_per_core_hour", 3600.0 / median(whole));
}

}  // namespace
}  // namespace greenhalo::benchmark_support

int main(int argc, char** argv) { greenhalo::benchmark_support::report(argc > 1 ? std::max(1, std::atoi(argv[1])) : 7); }
