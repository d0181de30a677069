// Prints `name value` lines: how fast a realization is against the yardstick, all measured in this one run.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "../support/absolute_sum.h"
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

Realizer realizer_of(const Model& model, SumMethod method) {
    SumSettings settings = model.superposition;
    settings.method = method;
    return Realizer(model.transport, model.law, model.time_span, model.selection, model.listed, model.seed,
                    settings);
}

/// Largest difference between the fast and the direct sum over the sum of absolute contributions.
double max_error(const Model& model, FastSum& fast, int realizations) {
    const Catalogue catalogue(model.law, model.time_span, model.seed);
    double worst = 0.0;
    for (int i = 0; i < realizations; ++i) {
        const auto measured = test::measured_sum(model.transport, model.selection, catalogue, i);
        for (const double e : test::errors_of(fast.sum(catalogue, i), measured)) worst = std::max(worst, e);
    }
    return worst;
}

/// `repeats` rounds in which every way is timed once, so that a change of the machine's speed meets all of
/// them.
void report(int repeats, int error_realizations) {
    const Model model = figure2_right(), finer = figure2_right({"--energy.points-per-decade", "20"});
    const Catalogue catalogue(model.law, model.time_span, model.seed);
    Realizer direct = realizer_of(model, SumMethod::direct);
    Realizer fast = realizer_of(model, SumMethod::fast), fast_finer = realizer_of(finer, SumMethod::fast);
    const PlainSources sample = sample_sources(model, 20000);
    std::vector<double> diffusion, loss, sums;
    channel_tables(model, diffusion, loss);
    SourceBuffer buffer(1024);

    DominantSearch dominant(model.transport, model.selection, model.law, model.time_span, SourceBuffer());

    std::vector<double> setups, plain, drawing, whole, quick, quick_finer, dominating;
    double sources = 0.0;
    for (int i = 0; i < repeats; ++i) {
        const double scale = model.expected_sources() / static_cast<double>(sample.age.size());
        setups.push_back(seconds_of([&] { realizer_of(model, SumMethod::fast); }));
        plain.push_back(scale * seconds_of([&] {
                            yardstick(sample, diffusion, loss, model.transport.half_height, sums);
                        }));
        whole.push_back(seconds_of([&] { direct(i); }));
        // what is compared with each other is timed side by side, several times
        std::vector<double> of_drawing, of_quick, of_finer;
        for (int k = 0; k < 5; ++k) {
            of_drawing.push_back(
                seconds_of([&] { sources = static_cast<double>(draw_everything(catalogue, i, buffer)); }));
            of_quick.push_back(seconds_of([&] { fast(i); }));
            dominating.push_back(seconds_of([&] { dominant.find(catalogue, 5 * i + k); }));
            of_finer.push_back(seconds_of([&] { fast_finer(i); }));
        }
        drawing.push_back(median(of_drawing));
        quick.push_back(median(of_quick));
        quick_finer.push_back(median(of_finer));
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
    say("fast_seconds", median(quick));
    say("energies_factor", median(quick_finer) / median(quick));
    say("dominant_seconds", median(dominating));
    say("setup_seconds", median(setups));
    say("setup_over_direct", (median(setups) + 10.0 * median(quick)) / (10.0 * median(whole)));

    FastSum sum(model.transport, model.selection, model.law, model.time_span, model.superposition.tolerance);
    FastSum longer(model.transport, model.selection, model.law, 1000.0, model.superposition.tolerance);
    say("max_error", max_error(model, sum, error_realizations));
    say("error_estimate", sum.error_estimate());
    longer.sum(Catalogue(model.law, 1000.0, model.seed), 0);
    say("memory_mb", 1e-6 * static_cast<double>(sum.memory()));
    say("memory_mb_1gyr", 1e-6 * static_cast<double>(longer.memory()));
}

/// What whole runs of the program are held against: once, and quickly.
void references() {
    const Model model = figure2_right();
    const Catalogue catalogue(model.law, model.time_span, model.seed);
    const PlainSources sample = sample_sources(model, 20000);
    std::vector<double> diffusion, loss, sums, drawing;
    channel_tables(model, diffusion, loss);
    SourceBuffer buffer(1024);
    const double scale = model.expected_sources() / static_cast<double>(sample.age.size());
    say("yardstick_seconds",
        scale * seconds_of([&] { yardstick(sample, diffusion, loss, model.transport.half_height, sums); }));
    for (int i = 0; i < 7; ++i) drawing.push_back(seconds_of([&] { draw_everything(catalogue, i, buffer); }));
    say("drawing_seconds", median(drawing));
    say("expected_sources", model.expected_sources());
}

/// A fixed amount of work in registers: what two cores can do beside each other at best.
void loop_in_registers() {
    double a = 1.0, b = 0.5, c = 0.25, d = 0.125;
    for (int i = 0; i < 400'000'000; ++i) {
        a = a * 0.999999 + 1e-9;
        b = b * 0.999998 + 1e-9;
        c = c * 0.999997 + 1e-9;
        d = d * 0.999996 + 1e-9;
    }
    say("loop", a + b + c + d);
}

}  // namespace
}  // namespace greenhalo::benchmark_support

/// Arguments: --loop for the loop in registers alone, --references for yardstick and drawing alone; else how often
/// everything is timed, and how many realizations are compared with the direct sum.
int main(int argc, char** argv) {
    if (argc > 1 && std::string(argv[1]) == "--loop") {
        greenhalo::benchmark_support::loop_in_registers();
        return 0;
    }
    if (argc > 1 && std::string(argv[1]) == "--references") {
        greenhalo::benchmark_support::references();
        return 0;
    }
    const auto number = [&](int i, int otherwise) {
        return argc > i ? std::max(1, std::atoi(argv[i])) : otherwise;
    };
    greenhalo::benchmark_support::report(number(1, 7), number(2, 20));
}
