#include "workload.h"

#include "greenhalo_source_tree.h"

namespace greenhalo::benchmark_support {

Model figure2_right(const std::vector<std::string>& words) {
    return build_model(Parameters::read(std::string(GREENHALO_SOURCE_DIR "/input/figure2-right.ini"), words), {});
}

PlainSources sample_sources(const Model& model, std::size_t count) {
    const Catalogue catalogue(model.law, model.time_span, model.seed);
    const double step = model.expected_sources() / static_cast<double>(count);
    PlainSources sources;
    double seen = 0.0, next = 0.0;
    for (std::int64_t slab = 0; slab < catalogue.slab_count(); ++slab) {
        const std::int64_t total = catalogue.source_count(0, slab);
        SourceBuffer buffer(static_cast<std::size_t>(total) + 8);
        catalogue.draw(0, slab, 0, total, buffer);
        for (std::size_t i = 0; i < buffer.size; ++i, seen += 1.0) {
            if (seen < next) continue;
            next += step;
            sources.x.push_back(buffer.x[i]);
            sources.y.push_back(buffer.y[i]);
            sources.z.push_back(buffer.z[i]);
            sources.age.push_back(buffer.age[i]);
        }
    }
    return sources;
}

void channel_tables(const Model& model, std::vector<double>& diffusion, std::vector<double>& loss) {
    const Transport& t = model.transport;
    for (std::size_t s = 0; s < t.nuclei.size(); ++s) {
        for (std::size_t e = 0; e < t.energies.size(); ++e) {
            diffusion.push_back(t.diffusion_of(s, e));
            loss.push_back(t.loss_rate_of(s, e));
        }
    }
}

}  // namespace greenhalo::benchmark_support
