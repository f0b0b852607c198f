# A figure by Invar 0.1+1a4a946-dirty; to draw it again: gnuplot share.gp
set encoding utf8
set terminal pngcairo noenhanced background 'white' font 'sans,11.25' fontscale 2 linewidth 2 pointscale 2 size 1600,840
set output 'share.png'
set datafile separator comma
set multiplot
unset label 1
set border 3 lc rgb '#444444'; set tics nomirror out scale 0.5 tc rgb '#222222'
set grid y lc rgb '#DDDDDD' lw 1 lt 1; set style fill solid 1 noborder; unset key
set lmargin at screen 0.047625; set rmargin at screen 0.50006; set tmargin at screen 0.79524; set bmargin at screen 0.15714
set xrange [-0.04:1.04]; unset logscale x; set xtics norotate ('0' 0, '0.2' 0.2, '1' 1)
set yrange [0:1.05525178]; unset logscale y; set ytics norotate ('0.0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, '1.0' 1)
set label 2 'transfer accuracy' at screen 0.27384, screen 0.82381 center; set label 3 'share of samples with an object' at screen 0.27384, screen 0.052381 center; unset label 4
plot 'share.csv' index 1 using 1:3:4 with filledcurves lc rgb '#0072B2' fs transparent solid 0.18 noborder, \
     'share.csv' index 2 using 1:3:4 with filledcurves lc rgb '#D55E00' fs transparent solid 0.18 noborder, \
     'share.csv' index 3 using 1:3:4 with filledcurves lc rgb '#009E73' fs transparent solid 0.18 noborder, \
     'share.csv' index 4 using 1:3:4 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.18 noborder, \
     'share.csv' index 1 using 1:2 with linespoints lc rgb '#0072B2' dt 1 lw 2 pt 7 ps 0.9, \
     'share.csv' index 2 using 1:2 with linespoints lc rgb '#D55E00' dt 1 lw 2 pt 5 ps 0.9, \
     'share.csv' index 3 using 1:2 with linespoints lc rgb '#009E73' dt 1 lw 2 pt 9 ps 0.9, \
     'share.csv' index 4 using 1:2 with linespoints lc rgb '#CC79A7' dt 1 lw 2 pt 13 ps 0.9
unset label 1
set lmargin at screen 0.52506; set rmargin at screen 0.9775; set tmargin at screen 0.79524; set bmargin at screen 0.15714
set xrange [-0.04:1.04]; unset logscale x; set xtics norotate ('0' 0, '0.2' 0.2, '1' 1)
set yrange [0:1.05525178]; unset logscale y; set ytics norotate ('' 0, '' 0.2, '' 0.4, '' 0.6, '' 0.8, '' 1)
set label 2 'distance' at screen 0.75128, screen 0.82381 center; set label 3 'share of samples with an object' at screen 0.75128, screen 0.052381 center; unset label 4
plot 'share.csv' index 5 using 1:3:4 with filledcurves lc rgb '#E69F00' fs transparent solid 0.18 noborder, \
     'share.csv' index 6 using 1:3:4 with filledcurves lc rgb '#56B4E9' fs transparent solid 0.18 noborder, \
     'share.csv' index 5 using 1:2 with linespoints lc rgb '#E69F00' dt 1 lw 2 pt 11 ps 0.9, \
     'share.csv' index 6 using 1:2 with linespoints lc rgb '#56B4E9' dt 1 lw 2 pt 6 ps 0.9
unset label 1
set lmargin at screen 0.01; set rmargin at screen 0.99; set tmargin at screen 0.97143; set bmargin at screen 0.87619
unset border; unset tics; unset grid; unset label; unset logscale
set key center center horizontal Left reverse samplen 2 width 1 maxcols 4; set xrange [0:1]; set yrange [0:1]
plot NaN with linespoints lc rgb '#0072B2' dt 1 lw 2 pt 7 ps 0.9 title 'C', \
     NaN with linespoints lc rgb '#D55E00' dt 1 lw 2 pt 5 ps 0.9 title 'C+O→C', \
     NaN with linespoints lc rgb '#009E73' dt 1 lw 2 pt 9 ps 0.9 title 'C+O→O', \
     NaN with linespoints lc rgb '#CC79A7' dt 1 lw 2 pt 13 ps 0.9 title 'O', \
     NaN with linespoints lc rgb '#E69F00' dt 1 lw 2 pt 11 ps 0.9 title 'other picture', \
     NaN with linespoints lc rgb '#56B4E9' dt 1 lw 2 pt 6 ps 0.9 title 'other object'
unset multiplot
