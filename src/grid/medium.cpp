#include "greenhalo/grid/medium.h"

#include <algorithm>
#include <cmath>

#include "greenhalo/base/error.h"

namespace greenhalo {

Medium::Medium(std::vector<Layer> layers) : layers_(std::move(layers)) {
    double below = 0.0;
    for (const Layer& layer : layers_) {
        if (!(layer.up_to > below && layer.diffusion > 0.0 && layer.loss_rate >= 0.0)) {
            throw InputError("layers of the halo must lie above each other, each with a positive diffusion coefficient "
                             "and a loss rate that is not negative");
        }
        below = layer.up_to;
    }
    if (layers_.empty()) throw InputError("a halo needs at least one layer");
}

Medium Medium::scaled(const Rates& rates) const {
    std::vector<Layer> layers = layers_;
    for (Layer& layer : layers) {
        layer.diffusion *= rates.diffusion;
        layer.loss_rate *= rates.loss;
    }
    return Medium(std::move(layers));
}

template <class Value>
double Medium::mean(double low, double high, Value value) const {
    double sum = 0.0, below = 0.0;
    for (const Layer& layer : layers_) {
        const bool last = &layer == &layers_.back();
        // heights of both sides of the disc that lie in this layer
        const auto overlap = [&](double from, double to) { return std::max(0.0, std::min(to, high) - std::max(from, low)); };
        const double top = last ? std::max(layer.up_to, std::max(std::abs(low), std::abs(high))) : layer.up_to;
        sum += value(layer) * (overlap(below, top) + overlap(-top, -below));
        below = layer.up_to;
    }
    return sum / (high - low);
}

double Medium::mean_diffusion(double low, double high) const {
    return mean(low, high, [](const Layer& layer) { return layer.diffusion; });
}

double Medium::mean_loss_rate(double low, double high) const {
    return mean(low, high, [](const Layer& layer) { return layer.loss_rate; });
}

double Medium::diffusion_across(double low, double high) const {
    return 1.0 / mean(low, high, [](const Layer& layer) { return 1.0 / layer.diffusion; });
}

}  // namespace greenhalo
