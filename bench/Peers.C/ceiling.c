// ceiling PORT: the least that delivering to the members of rooms can cost through the kernel's sockets. One thread, epoll; a room is a log of
// ready-made frames, a member an offset into it, and each turn one send() hands a member all it lacks. No heartbeats, no limits, no error handling
// beyond closing: a measure, not a server.
//   gcc -O2 -o ceiling ceiling.c
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_ROOMS = 1 << 17, MAX_INPUT = 1 << 16, MAX_EVENTS = 512, MAX_HEADER = 4 };

typedef struct member member;

typedef struct {
  uint8_t *log;          // what not all members have yet
  uint64_t start, end;   // the offsets of its bytes since the room began
  size_t capacity;
  member **members;
  int count, room_for;
  bool dirty;
} room;

struct member {
  int fd, place;         // its index among the room's members
  room *in;
  uint64_t at;           // how much of the log it was sent
  bool blocked;          // the kernel takes no more until it is writable
  uint8_t *rest;         // the beginning of a frame that hasn't come whole
  size_t rest_length;
};

static room *rooms[MAX_ROOMS], *dirty[MAX_ROOMS];
static int dirty_count, poll_fd;

// The generator always sends the same key, so this is always the answer. "ready" follows as a text frame.
static const char accepted[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x81\x05ready";

static void watch(member *m, int operation, uint32_t events) {
  struct epoll_event event = { .events = events, .data.ptr = m };
  epoll_ctl(poll_fd, operation, m->fd, &event);
}

static void drop(member *m) {
  if (m->in) {
    member *last = m->in->members[--m->in->count];
    m->in->members[m->place] = last;
    last->place = m->place;
  }
  close(m->fd);
  free(m->rest);
  free(m);
}

// Forgets what all have, if that is half of the log; else makes it larger.
static void make_space(room *r, size_t wanted) {
  size_t used = r->end - r->start;
  if (used + wanted <= r->capacity) return;
  uint64_t least = r->end;
  for (int i = 0; i < r->count; i++) if (r->members[i]->at < least) least = r->members[i]->at;
  size_t passed = least - r->start;
  if (passed * 2 >= used) {
    memmove(r->log, r->log + passed, used - passed);
    r->start = least;
    used -= passed;
  }
  if (used + wanted > r->capacity) r->log = realloc(r->log, r->capacity = (used + wanted) * 2 + 65536);
}

static void append(room *r, const uint8_t *payload, size_t length, const uint8_t *mask) {
  make_space(r, length + MAX_HEADER);
  uint8_t *out = r->log + (r->end - r->start), *begin = out;
  *out++ = 0x81;
  if (length < 126) *out++ = length;
  else { *out++ = 126; *out++ = length >> 8; *out++ = length; }
  for (size_t i = 0; i < length; i++) *out++ = payload[i] ^ mask[i & 3];
  r->end += out - begin;
  if (!r->dirty) { r->dirty = true; dirty[dirty_count++] = r; }
}

static void push(member *m) {
  room *r = m->in;
  while (m->at < r->end) {
    ssize_t sent = send(m->fd, r->log + (m->at - r->start), r->end - m->at, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) { m->at += sent; continue; }
    if (errno != EAGAIN) { m->at = r->end; return; }  // Reading it will tell that it is gone.
    if (!m->blocked) { m->blocked = true; watch(m, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT); }
    return;
  }
  if (m->blocked) { m->blocked = false; watch(m, EPOLL_CTL_MOD, EPOLLIN); }
}

// Returns how much of the input the request was; 0 if it hasn't come whole.
static size_t join(member *m, const uint8_t *input, size_t length) {
  const char *end = memmem(input, length, "\r\n\r\n", 4);
  if (!end) return 0;
  const char *name = memmem(input, length, "room=", 5);
  int number = name && name < end ? atoi(name + 5) % MAX_ROOMS : 0;
  if (!rooms[number]) rooms[number] = calloc(1, sizeof(room));
  room *r = m->in = rooms[number];
  if (r->count == r->room_for) r->members = realloc(r->members, (r->room_for = r->room_for * 2 + 8) * sizeof(member *));
  r->members[m->place = r->count++] = m;
  m->at = r->end;
  send(m->fd, accepted, sizeof accepted - 1, MSG_NOSIGNAL);
  return end + 4 - (const char *)input;
}

static void receive(member *m) {
  static uint8_t input[MAX_INPUT * 2];
  if (m->rest_length) memcpy(input, m->rest, m->rest_length);
  ssize_t received = recv(m->fd, input + m->rest_length, MAX_INPUT, MSG_DONTWAIT);
  if (received < 0 && errno == EAGAIN) return;
  if (received <= 0) { drop(m); return; }
  size_t length = m->rest_length + received, done = m->in ? 0 : join(m, input, length);
  while (m->in && length - done >= 6) {
    const uint8_t *frame = input + done;
    size_t payload = frame[1] & 127, header = 2;
    if (payload == 126) { payload = frame[2] << 8 | frame[3]; header = 4; }
    if (payload == 127 || (frame[0] & 15) == 8) { drop(m); return; }
    if (length - done < header + 4 + payload) break;
    if ((frame[0] & 15) == 1) append(m->in, frame + header + 4, payload, frame + header);
    done += header + 4 + payload;
  }
  m->rest_length = length - done;
  if (m->rest_length > MAX_INPUT) { drop(m); return; }
  if (m->rest_length) memcpy(m->rest = realloc(m->rest, m->rest_length), input + done, m->rest_length);
}

static void accept_all(int listener) {
  for (int fd, one = 1; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    member *m = calloc(1, sizeof *m);
    m->fd = fd;
    watch(m, EPOLL_CTL_ADD, EPOLLIN);
  }
}

int main(int count, char **words) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(count > 1 ? atoi(words[1]) : 9000), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  signal(SIGPIPE, SIG_IGN);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) { perror("listen"); return 1; }
  poll_fd = epoll_create1(0);
  struct epoll_event events[MAX_EVENTS], listening = { .events = EPOLLIN, .data.ptr = NULL };
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &listening);
  for (;;) {
    int ready = epoll_wait(poll_fd, events, MAX_EVENTS, -1);
    for (int i = 0; i < ready; i++) {
      member *m = events[i].data.ptr;
      if (!m) { accept_all(listener); continue; }
      if (events[i].events & EPOLLOUT) push(m);
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(m);
    }
    for (int i = 0; i < dirty_count; i++) {
      dirty[i]->dirty = false;
      for (int j = 0; j < dirty[i]->count; j++) if (!dirty[i]->members[j]->blocked) push(dirty[i]->members[j]);
    }
    dirty_count = 0;
  }
}
