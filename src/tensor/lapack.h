/* The routines of LAPACK that src/tensor/decompose.c calls, in OpenBLAS: its
 * Fortran symbols, column-major, integers of 32 bits. Lengths of character
 * arguments are passed last, as gfortran does. */
#ifndef INV_TENSOR_LAPACK_H
#define INV_TENSOR_LAPACK_H

#include <stddef.h>

void dgesdd_(const char *job, const int *m, const int *n, double *a,
             const int *lda, double *s, double *u, const int *ldu, double *vt,
             const int *ldvt, double *work, const int *lwork, int *iwork,
             int *info, size_t);
void dsyevd_(const char *job, const char *triangle, const int *n, double *a,
             const int *lda, double *w, double *work, const int *lwork,
             int *iwork, const int *liwork, int *info, size_t, size_t);
void dgeqrf_(const int *m, const int *n, double *a, const int *lda, double *tau,
             double *work, const int *lwork, int *info);
void dorgqr_(const int *m, const int *n, const int *k, double *a,
             const int *lda, const double *tau, double *work, const int *lwork,
             int *info);
void dpotrf_(const char *triangle, const int *n, double *a, const int *lda,
             int *info, size_t);
void dgetrf_(const int *m, const int *n, double *a, const int *lda, int *pivots,
             int *info);
void dgetrs_(const char *transpose, const int *n, const int *columns,
             const double *a, const int *lda, const int *pivots, double *b,
             const int *ldb, int *info, size_t);
void dgelsd_(const int *m, const int *n, const int *columns, double *a,
             const int *lda, double *b, const int *ldb, double *s,
             const double *rcond, int *rank, double *work, const int *lwork,
             int *iwork, int *info);

#endif
