// The parts of a realization under Google Benchmark.

#include <benchmark/benchmark.h>

#include "greenhalo/ensemble/realizer.h"
#include "workload.h"

namespace greenhalo::benchmark_support {
namespace {

void plain_loop(benchmark::State& state) {
    const Model model = figure2_right();
    const PlainSources sources = sample_sources(model, 2000);
    std::vector<double> diffusion, loss, sums;
    channel_tables(model, diffusion, loss);
    for (auto _ : state) {
        yardstick(sources, diffusion, loss, model.transport.half_height, sums);
        benchmark::DoNotOptimize(sums.data());
    }
    state.counters["sources/s"] = benchmark::Counter(static_cast<double>(sources.age.size()),
                                                     benchmark::Counter::kIsIterationInvariantRate);
}

void drawing(benchmark::State& state) {
    const Model model = figure2_right();
    const Catalogue catalogue(model.law, model.time_span, model.seed);
    SourceBuffer buffer(1024);
    std::int64_t realization = 0, sources = 0;
    for (auto _ : state) {
        for (std::int64_t slab = 0; slab < catalogue.slab_count(); ++slab) {
            const std::int64_t total = catalogue.source_count(realization, slab);
            for (std::int64_t first = 0; first < total; first += 512) {
                buffer.size = 0;
                catalogue.draw(realization, slab, first, std::min<std::int64_t>(512, total - first), buffer);
                benchmark::DoNotOptimize(buffer.x.data());
            }
            sources += total;
        }
        ++realization;
    }
    state.counters["sources/s"] = benchmark::Counter(static_cast<double>(sources), benchmark::Counter::kIsRate);
}

void direct_realization(benchmark::State& state) {
    const Model model = figure2_right();
    Realizer realizer(model.transport, model.law, model.time_span, model.selection, model.listed, model.seed);
    std::int64_t realization = 0, sources = 0;
    for (auto _ : state) sources += realizer(realization++).source_count;
    state.counters["sources/s"] = benchmark::Counter(static_cast<double>(sources), benchmark::Counter::kIsRate);
}

Realizer fast_realizer(const Model& model) {
    SumSettings settings = model.superposition;
    settings.method = SumMethod::fast;
    return Realizer(model.transport, model.law, model.time_span, model.selection, model.listed, model.seed, settings);
}

void fast_setup(benchmark::State& state) {
    const Model model = figure2_right();
    for (auto _ : state) benchmark::DoNotOptimize(fast_realizer(model).source_sum().error_estimate());
}

void fast_realization(benchmark::State& state) {
    Realizer realizer = fast_realizer(figure2_right());
    std::int64_t realization = 0, sources = 0;
    for (auto _ : state) sources += realizer(realization++).source_count;
    state.counters["sources/s"] = benchmark::Counter(static_cast<double>(sources), benchmark::Counter::kIsRate);
}

void dominant_sources(benchmark::State& state) {
    const Model model = figure2_right();
    const Catalogue catalogue(model.law, model.time_span, model.seed);
    DominantSearch search(model.transport, model.selection, model.law, model.time_span, SourceBuffer());
    std::int64_t realization = 0;
    for (auto _ : state) benchmark::DoNotOptimize(search.find(catalogue, realization++).data());
}

BENCHMARK(plain_loop)->Unit(benchmark::kMillisecond);
BENCHMARK(drawing)->Unit(benchmark::kMillisecond);
BENCHMARK(direct_realization)->Unit(benchmark::kMillisecond);
BENCHMARK(fast_setup)->Unit(benchmark::kMillisecond);
BENCHMARK(fast_realization)->Unit(benchmark::kMillisecond);
BENCHMARK(dominant_sources)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace greenhalo::benchmark_support

BENCHMARK_MAIN();
