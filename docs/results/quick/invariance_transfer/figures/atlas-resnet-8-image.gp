# A figure by Invar 0.1+1a4a946-dirty; to draw it again: gnuplot atlas-resnet-8-image.gp
set encoding utf8
set terminal pngcairo noenhanced background 'white' font 'sans,11.25' fontscale 2 linewidth 2 pointscale 2 size 1636,985
set output 'atlas-resnet-8-image.png'
set datafile separator comma
set multiplot
unset label 1
set border 3 lc rgb '#444444'; set tics nomirror out scale 0.5 tc rgb '#222222'
set grid y lc rgb '#DDDDDD' lw 1 lt 1; set style fill solid 1 noborder; unset key
unset grid; unset border; set tics scale 0; unset colorbox
set palette defined (0 '#FFFFD9', 1 '#EDF8B1', 2 '#C7E9B4', 3 '#7FCDBB', 4 '#41B6C4', 5 '#1D91C0', 6 '#225EA8', 7 '#253494', 8 '#081D58')
set cbrange [0:1]
set lmargin at screen 0.11953; set rmargin at screen 0.38939; set tmargin at screen 0.92287; set bmargin at screen 0.72802
set xrange [0.5:4.5]; unset logscale x; set xtics rotate by 35 right ('layer1' 1, 'layer2' 2, 'layer3' 3, 'penultimate' 4)
set yrange [3.5:0.5]; unset logscale y; set ytics norotate ('rotate' 1, 'hue' 2, 'blur' 3)
set label 2 'same' at screen 0.25446, screen 0.94723 center; set label 3 'layer' at screen 0.25446, screen 0.52639 center; set label 4 'transformation' at screen 0.017111, screen 0.82544 center rotate
plot 'atlas-resnet-8-image.csv' index 1 using 1:($4 == 2 ? $2 : NaN):($1-0.5):($1+0.5):($2-0.5):($2+0.5) with boxxyerror lc rgb '#999999' fs pattern 4 border lc rgb '#CCCCCC', \
     'atlas-resnet-8-image.csv' index 1 using 1:($4 == 2 ? NaN : $2):($1-0.5):($1+0.5):($2-0.5):($2+0.5):3 with boxxyerror lc palette fs solid 1 border lc rgb '#FFFFFF', \
     'atlas-resnet-8-image.csv' index 1 using 1:2:5:($4 == 1 ? 0xFFFFFF : 0x111111) with labels tc rgb variable
unset label 1
set lmargin at screen 0.41384; set rmargin at screen 0.6837; set tmargin at screen 0.92287; set bmargin at screen 0.72802
set xrange [0.5:4.5]; unset logscale x; set xtics rotate by 35 right ('layer1' 1, 'layer2' 2, 'layer3' 3, 'penultimate' 4)
set yrange [3.5:0.5]; unset logscale y; set ytics norotate ('' 1, '' 2, '' 3)
set label 2 'other' at screen 0.54877, screen 0.94723 center; set label 3 'layer' at screen 0.54877, screen 0.52639 center; unset label 4
plot 'atlas-resnet-8-image.csv' index 2 using 1:($4 == 2 ? $2 : NaN):($1-0.5):($1+0.5):($2-0.5):($2+0.5) with boxxyerror lc rgb '#999999' fs pattern 4 border lc rgb '#CCCCCC', \
     'atlas-resnet-8-image.csv' index 2 using 1:($4 == 2 ? NaN : $2):($1-0.5):($1+0.5):($2-0.5):($2+0.5):3 with boxxyerror lc palette fs solid 1 border lc rgb '#FFFFFF', \
     'atlas-resnet-8-image.csv' index 2 using 1:2:5:($4 == 1 ? 0xFFFFFF : 0x111111) with labels tc rgb variable
unset label 1
set lmargin at screen 0.70814; set rmargin at screen 0.978; set tmargin at screen 0.92287; set bmargin at screen 0.72802
set xrange [0.5:4.5]; unset logscale x; set xtics rotate by 35 right ('layer1' 1, 'layer2' 2, 'layer3' 3, 'penultimate' 4)
set yrange [3.5:0.5]; unset logscale y; set ytics norotate ('' 1, '' 2, '' 3)
set label 2 'none' at screen 0.84307, screen 0.94723 center; set label 3 'layer' at screen 0.84307, screen 0.52639 center; unset label 4
plot 'atlas-resnet-8-image.csv' index 3 using 1:($4 == 2 ? $2 : NaN):($1-0.5):($1+0.5):($2-0.5):($2+0.5) with boxxyerror lc rgb '#999999' fs pattern 4 border lc rgb '#CCCCCC', \
     'atlas-resnet-8-image.csv' index 3 using 1:($4 == 2 ? NaN : $2):($1-0.5):($1+0.5):($2-0.5):($2+0.5):3 with boxxyerror lc palette fs solid 1 border lc rgb '#FFFFFF', \
     'atlas-resnet-8-image.csv' index 3 using 1:2:5:($4 == 1 ? 0xFFFFFF : 0x111111) with labels tc rgb variable
unset label 1
set lmargin at screen 0.11953; set rmargin at screen 0.38939; set tmargin at screen 0.44114; set bmargin at screen 0.24629
set xrange [0.5:4.5]; unset logscale x; set xtics rotate by 35 right ('layer1' 1, 'layer2' 2, 'layer3' 3, 'penultimate' 4)
set yrange [3.5:0.5]; unset logscale y; set ytics norotate ('rotate' 1, 'hue' 2, 'blur' 3)
set label 2 'untrained' at screen 0.25446, screen 0.46549 center; set label 3 'layer' at screen 0.25446, screen 0.044654 center; set label 4 'transformation' at screen 0.017111, screen 0.34371 center rotate
plot 'atlas-resnet-8-image.csv' index 4 using 1:($4 == 2 ? $2 : NaN):($1-0.5):($1+0.5):($2-0.5):($2+0.5) with boxxyerror lc rgb '#999999' fs pattern 4 border lc rgb '#CCCCCC', \
     'atlas-resnet-8-image.csv' index 4 using 1:($4 == 2 ? NaN : $2):($1-0.5):($1+0.5):($2-0.5):($2+0.5):3 with boxxyerror lc palette fs solid 1 border lc rgb '#FFFFFF', \
     'atlas-resnet-8-image.csv' index 4 using 1:2:5:($4 == 1 ? 0xFFFFFF : 0x111111) with labels tc rgb variable
unset label 1
set lmargin at screen 0.41384; set rmargin at screen 0.6837; set tmargin at screen 0.44114; set bmargin at screen 0.24629
set xrange [0.5:4.5]; unset logscale x; set xtics rotate by 35 right ('layer1' 1, 'layer2' 2, 'layer3' 3, 'penultimate' 4)
set yrange [3.5:0.5]; unset logscale y; set ytics norotate ('' 1, '' 2, '' 3)
set label 2 'same, the other kind' at screen 0.54877, screen 0.46549 center; set label 3 'layer' at screen 0.54877, screen 0.044654 center; unset label 4
plot 'atlas-resnet-8-image.csv' index 5 using 1:($4 == 2 ? $2 : NaN):($1-0.5):($1+0.5):($2-0.5):($2+0.5) with boxxyerror lc rgb '#999999' fs pattern 4 border lc rgb '#CCCCCC', \
     'atlas-resnet-8-image.csv' index 5 using 1:($4 == 2 ? NaN : $2):($1-0.5):($1+0.5):($2-0.5):($2+0.5):3 with boxxyerror lc palette fs solid 1 border lc rgb '#FFFFFF', \
     'atlas-resnet-8-image.csv' index 5 using 1:2:5:($4 == 1 ? 0xFFFFFF : 0x111111) with labels tc rgb variable
unset label 1
set lmargin at screen 0.70814; set rmargin at screen 0.978; set tmargin at screen 0.44114; set bmargin at screen 0.24629
set xrange [0.5:4.5]; unset logscale x; set xtics rotate by 35 right ('layer1' 1, 'layer2' 2, 'layer3' 3, 'penultimate' 4)
set yrange [3.5:0.5]; unset logscale y; set ytics norotate ('' 1, '' 2, '' 3)
set label 2 'other, the other kind' at screen 0.84307, screen 0.46549 center; set label 3 'layer' at screen 0.84307, screen 0.044654 center; unset label 4
plot 'atlas-resnet-8-image.csv' index 6 using 1:($4 == 2 ? $2 : NaN):($1-0.5):($1+0.5):($2-0.5):($2+0.5) with boxxyerror lc rgb '#999999' fs pattern 4 border lc rgb '#CCCCCC', \
     'atlas-resnet-8-image.csv' index 6 using 1:($4 == 2 ? NaN : $2):($1-0.5):($1+0.5):($2-0.5):($2+0.5):3 with boxxyerror lc palette fs solid 1 border lc rgb '#FFFFFF', \
     'atlas-resnet-8-image.csv' index 6 using 1:2:5:($4 == 1 ? 0xFFFFFF : 0x111111) with labels tc rgb variable
unset label 1
unset multiplot
