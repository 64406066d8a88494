#ifndef MATH_FEATURES_H
#define MATH_FEATURES_H

/* Words that musl's sources use for attributes. */

#define weak __attribute__((__weak__))
#define hidden __attribute__((__visibility__("hidden")))
#define weak_alias(old, new) extern __typeof(old) new __attribute__((__weak__, __alias__(#old)))

#endif
