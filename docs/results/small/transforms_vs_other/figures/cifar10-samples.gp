# A figure by Invar 0.1+1a4a946-dirty; to draw it again: gnuplot cifar10-samples.gp
set encoding utf8
set terminal pngcairo noenhanced background 'white' font 'sans,11.25' fontscale 2 linewidth 2 pointscale 2 size 1280,840
set output 'cifar10-samples.png'
set datafile separator comma
set multiplot
unset label 1
set border 3 lc rgb '#444444'; set tics nomirror out scale 0.5 tc rgb '#222222'
set grid y lc rgb '#DDDDDD' lw 1 lt 1; set style fill solid 1 noborder; unset key
set lmargin at screen 0.10016; set rmargin at screen 0.97188; set tmargin at screen 0.84762; set bmargin at screen 0.15714
set xrange [8.31763771:1202.26443]; set logscale x; set xtics norotate ('10' 10, '50' 50, '200' 200, '500' 500, '1k' 1000)
set yrange [0:1]; unset logscale y; set ytics norotate ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
unset label 2; set label 3 'pretraining samples' at screen 0.53602, screen 0.052381 center; set label 4 'accuracy' at screen 0.021875, screen 0.50238 center rotate
plot 'cifar10-samples.csv' index 1 using 1:3:4 with filledcurves lc rgb '#0072B2' fs transparent solid 0.18 noborder, \
     'cifar10-samples.csv' index 2 using 1:3:4 with filledcurves lc rgb '#D55E00' fs transparent solid 0.18 noborder, \
     'cifar10-samples.csv' index 3 using 1:3:4 with filledcurves lc rgb '#009E73' fs transparent solid 0.18 noborder, \
     'cifar10-samples.csv' index 4 using 1:3:4 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.18 noborder, \
     'cifar10-samples.csv' index 1 using 1:2 with linespoints lc rgb '#0072B2' dt 1 lw 2 pt 7 ps 0.9, \
     'cifar10-samples.csv' index 2 using 1:2 with linespoints lc rgb '#D55E00' dt 1 lw 2 pt 5 ps 0.9, \
     'cifar10-samples.csv' index 3 using 1:2 with linespoints lc rgb '#009E73' dt 1 lw 2 pt 9 ps 0.9, \
     'cifar10-samples.csv' index 4 using 1:2 with linespoints lc rgb '#CC79A7' dt 1 lw 2 pt 13 ps 0.9
unset label 1
set lmargin at screen 0.01; set rmargin at screen 0.99; set tmargin at screen 0.97143; set bmargin at screen 0.87619
unset border; unset tics; unset grid; unset label; unset logscale
set key center center horizontal Left reverse samplen 2 width 1 maxcols 2; set xrange [0:1]; set yrange [0:1]
plot NaN with linespoints lc rgb '#0072B2' dt 1 lw 2 pt 7 ps 0.9 title 'transfer, same', \
     NaN with linespoints lc rgb '#D55E00' dt 1 lw 2 pt 5 ps 0.9 title 'training, same', \
     NaN with linespoints lc rgb '#009E73' dt 1 lw 2 pt 9 ps 0.9 title 'transfer, disjoint', \
     NaN with linespoints lc rgb '#CC79A7' dt 1 lw 2 pt 13 ps 0.9 title 'training, disjoint'
unset multiplot
