/* The guest's own network client and bulk server (Debian's static busybox crashes in wget).
 *   net ask IP PORT PATH   prints what an HTTP server answers, at most 64 KiB, within three seconds a step
 *   net bulk               serves port 9 (takes all that comes, then says how many bytes it was) and port 19 (sends zeros
 *                          until the other end closes): what bandwidth is measured with
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static char buffer[1 << 16];

static int ask(const char *ip, int port, const char *path) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  struct timeval wait = {3, 0};
  size_t done = 0;
  int s = socket(AF_INET, SOCK_STREAM, 0);
  if (s < 0 || inet_pton(AF_INET, ip, &to.sin_addr) != 1) return 2;
  setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  if (connect(s, (struct sockaddr *)&to, sizeof to)) return 1;
  int length = snprintf(buffer, sizeof buffer, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, ip);
  if (write(s, buffer, length) != length) return 1;
  for (ssize_t got; done < sizeof buffer && (got = read(s, buffer + done, sizeof buffer - done)) > 0; done += got)
    ;
  if (done == 0 || fwrite(buffer, 1, done, stdout) != done) return 1;
  return 0;
}

static void serve(int port) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
  int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (s < 0 || bind(s, (struct sockaddr *)&at, sizeof at) || listen(s, 16)) exit(1);
  for (;;) {
    int c = accept(s, NULL, NULL);
    if (c < 0) continue;
    if (fork() == 0) {
      long long total = 0;
      if (port == 9) {
        for (ssize_t got; (got = read(c, buffer, sizeof buffer)) > 0; total += got)
          ;
        dprintf(c, "%lld\n", total);
      } else {
        while (write(c, buffer, sizeof buffer) > 0)
          ;
      }
      _exit(0);
    }
    close(c);
  }
}

int main(int argc, char **argv) {
  if (argc == 5 && !strcmp(argv[1], "ask")) return ask(argv[2], atoi(argv[3]), argv[4]);
  if (argc == 2 && !strcmp(argv[1], "bulk")) {
    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    if (fork() == 0) serve(9);
    serve(19);
  }
  fprintf(stderr, "usage: net ask IP PORT PATH | net bulk\n");
  return 2;
}
