/* Failure as a value: the core returns a status and leaves a message; it never
 * exits, aborts, prints or longjmps. Only src/lua/ turns a status into a Lua
 * error. The message belongs to the calling thread and stays valid until the
 * thread's next failure. It names values and what was wanted, not the function
 * ("input has 4 channels, weight expects 3"): the bindings put the public name
 * in front ("nn.conv2d: input has ..."). Files are named by their path. */
#ifndef INV_BASE_ERROR_H
#define INV_BASE_ERROR_H

typedef enum {
  INV_OK = 0,
  INV_ERR_ARGUMENT,    /* a value, shape or type that makes no sense here */
  INV_ERR_MEMORY,      /* an allocation failed */
  INV_ERR_IO,          /* the operating system refused; errno is named */
  INV_ERR_FORMAT,      /* a file or text is not what it should be */
  INV_ERR_NUMERIC,     /* no convergence, singular matrix, ... */
  INV_ERR_INTERRUPTED, /* the user pressed Ctrl-C */
  INV_ERR_CALLBACK     /* a Lua callback failed; its error value is kept */
} inv_status;

/* Records a message (at most 1023 bytes are kept) and returns `status`, so
 * that a failing function reads `return inv_fail(INV_ERR_IO, "...");`. */
inv_status inv_fail(inv_status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Puts ? for control characters other than newline and tab: names of files may
 * hold some, and a terminal would obey them. Messages are made so. */
void inv_make_printable(char *text);

/* The failure "out of memory" for a block of `bytes` bytes. */
inv_status inv_fail_memory(unsigned long long bytes);

/* The calling thread's last message; "" when there was none. */
const char *inv_message(void);

/* Leaves the enclosing function with the status of `expression` unless it is
 * INV_OK. Only for functions that own nothing yet; others use `goto done`. */
#define INV_TRY(expression)                                                    \
  do {                                                                         \
    inv_status inv_try_status_ = expression;                                   \
    if (inv_try_status_ != INV_OK)                                             \
      return inv_try_status_;                                                  \
  } while (0)

#endif
