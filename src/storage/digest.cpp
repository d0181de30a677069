#include "storage/digest.h"

#include <openssl/evp.h>

#include <array>

#include "greenhalo/base/error.h"

namespace greenhalo::storage {

namespace {

void check(bool fine) {
    if (!fine) throw Error("SHA-256 is not available: OpenSSL refused to compute a checksum");
}

}  // namespace

struct Digest::State {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    bool open = false;
};

Digest::Digest() : state_(std::make_unique<State>()) {}
Digest::~Digest() = default;

void Digest::add(const void* data, std::size_t bytes) {
    if (!state_->open)
        check(state_->context && EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) == 1);
    state_->open = true;
    check(EVP_DigestUpdate(state_->context.get(), data, bytes) == 1);
}

std::uint64_t Digest::take() {
    if (!state_->open) add(nullptr, 0);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    check(EVP_DigestFinal_ex(state_->context.get(), digest.data(), nullptr) == 1);
    state_->open = false;
    std::uint64_t checksum = 0;
    for (std::size_t byte = 0; byte < 8; ++byte) checksum = checksum << 8 | digest[byte];
    return checksum;
}

}  // namespace greenhalo::storage
