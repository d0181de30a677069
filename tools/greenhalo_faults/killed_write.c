/* Preloaded into the program: ends it, or all its ranks, in the middle of a call that changes a result file.
 *
 *   GREENHALO_FAULT_FILE   calls on files whose path begins so are counted
 *   GREENHALO_FAULT_CALL   the number, from 1, of the call in which it happens; 0: never
 *   GREENHALO_FAULT_RANK   the rank whose calls count
 *   GREENHALO_FAULT_SCOPE  "rank": this process dies, "all": every process of the session
 *   GREENHALO_FAULT_NOTE   a file that is told what happened
 *
 * A write ends where the kernel may end it for a signal, between two pages; within a page it happens or does not. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value == NULL ? "" : value;
}

static int is_victim(void) {
    const char *rank = getenv("OMPI_COMM_WORLD_RANK");
    return strcmp(rank == NULL ? "0" : rank, setting("GREENHALO_FAULT_RANK")) == 0;
}

static int is_target_path(const char *path) {
    const char *prefix = setting("GREENHALO_FAULT_FILE");
    return *prefix != '\0' && strncmp(path, prefix, strlen(prefix)) == 0;
}

static int is_target(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = '\0';
    return is_target_path(path);
}

/* Whether this call is the one. */
static int is_time(int target) {
    static long calls = 0;
    if (!target || !is_victim()) return 0;
    ++calls;
    return calls == atol(setting("GREENHALO_FAULT_CALL"));
}

static void die(const char *call) {
    const int note = open(setting("GREENHALO_FAULT_NOTE"), O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (note >= 0) {
        dprintf(note, "%s\n", call);
        close(note);
    }
    if (strcmp(setting("GREENHALO_FAULT_SCOPE"), "all") == 0) {
        DIR *all = opendir("/proc");
        const struct dirent *entry;
        while (all != NULL && (entry = readdir(all)) != NULL) {
            const int process = atoi(entry->d_name);
            if (process > 1 && process != getpid() && getsid(process) == getsid(0)) kill(process, SIGKILL);
        }
    }
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Writes the first part of the data, and ends. */
static void die_writing(int file, const struct iovec *parts, int count, off64_t at, const char *call) {
    const long page = 4096;
    long size = 0, written = 0;
    char text[64];
    for (int i = 0; i < count; ++i) size += (long)parts[i].iov_len;
    long end = (at + size / 2) / page * page - at; /* a border of pages about its middle */
    if (end <= 0) end = (at + page) / page * page - at;
    if (end >= size) end = getpid() % 2 == 0 ? 0 : size;
    for (int i = 0; i < count && written < end; ++i) {
        const long left = end - written, part = (long)parts[i].iov_len < left ? (long)parts[i].iov_len : left;
        const ssize_t done = REAL(pwrite64)(file, parts[i].iov_base, (size_t)part, at + written);
        if (done <= 0) break;
        written += done;
    }
    snprintf(text, sizeof text, "%s %s", end == 0 ? "before" : end == size ? "behind" : "within", call);
    die(text);
}

ssize_t write(int file, const void *data, size_t size) {
    if (is_time(is_target(file))) {
        const struct iovec part = {(void *)data, size};
        die_writing(file, &part, 1, lseek64(file, 0, SEEK_CUR), "a write");
    }
    return REAL(write)(file, data, size);
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t at) {
    if (is_time(is_target(file))) {
        const struct iovec part = {(void *)data, size};
        die_writing(file, &part, 1, at, "a write");
    }
    return REAL(pwrite64)(file, data, size, at);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t at) { return pwrite64(file, data, size, at); }

ssize_t writev(int file, const struct iovec *parts, int count) {
    if (is_time(is_target(file))) die_writing(file, parts, count, lseek64(file, 0, SEEK_CUR), "a write");
    return REAL(writev)(file, parts, count);
}

ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t at) {
    if (is_time(is_target(file))) die_writing(file, parts, count, at, "a write");
    return REAL(pwritev64)(file, parts, count, at);
}

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t at) { return pwritev64(file, parts, count, at); }

int fsync(int file) {
    if (is_time(is_target(file))) die("before fsync");
    return REAL(fsync)(file);
}

int fdatasync(int file) {
    if (is_time(is_target(file))) die("before fdatasync");
    return REAL(fdatasync)(file);
}

int ftruncate64(int file, off64_t size) {
    if (is_time(is_target(file))) die("before ftruncate");
    return REAL(ftruncate64)(file, size);
}

int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

int posix_fallocate64(int file, off64_t at, off64_t size) {
    if (is_time(is_target(file))) {
        REAL(posix_fallocate64)(file, at, size / 2);
        die("posix_fallocate");
    }
    return REAL(posix_fallocate64)(file, at, size);
}

int posix_fallocate(int file, off_t at, off_t size) { return posix_fallocate64(file, at, size); }

int rename(const char *from, const char *to) {
    if (is_time(is_target_path(to))) die("before rename");
    const int status = REAL(rename)(from, to);
    if (is_time(is_target_path(to))) die("behind rename");
    return status;
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    if (is_time(is_target_path(to))) die("before rename");
    const int status = REAL(renameat2)(from_folder, from, to_folder, to, flags);
    if (is_time(is_target_path(to))) die("behind rename");
    return status;
}

int unlink(const char *path) {
    if (is_time(is_target_path(path))) die("before unlink");
    return REAL(unlink)(path);
}
