#ifndef TEXT_H
#define TEXT_H

/* Write a file of 4 MiB that packs about as well as text does, the same each time. Ends the program if it cannot. */
void write_text(const char *path);

#endif
