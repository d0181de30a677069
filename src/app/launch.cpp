#include "app/launch.h"

#include <cstdlib>
#include <initializer_list>

namespace greenhalo {

namespace {

/// The first of these variables that holds a number; `otherwise` when none does.
int first_number(std::initializer_list<const char*> names, int otherwise) {
    for (const char* name : names) {
        const char* text = std::getenv(name);
        if (text == nullptr) continue;
        char* end = nullptr;
        const long value = std::strtol(text, &end, 10);
        if (end != text && *end == '\0' && value >= 0) return static_cast<int>(value);
    }
    return otherwise;
}

}  // namespace

Launch launch() {
    return {first_number({"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}, 0),
            first_number({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_NTASKS"}, 1)};
}

}  // namespace greenhalo
